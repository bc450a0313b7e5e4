import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

export interface PageProps {
  /** The heading, and the title of the window. */
  title: string;
  /** Shown next to the heading. */
  actions?: ReactNode;
  /** `wide` uses the whole width, for pictures. `broad` has a maximum width, for pictures with text. */
  width?: 'text' | 'broad' | 'wide';
  children?: ReactNode;
}

/** The layout of a view: a heading and the content below it. */
export function Page({ title, actions, width = 'text', children }: PageProps) {
  usePageTitle(title);
  return (
    <div className={styles[width]}>
      <header className={styles['head']}>
        <h1 className={styles['title']}>{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  );
}

/** Sets the title of the window. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ImgStream`;
  }, [title]);
}

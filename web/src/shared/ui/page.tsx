import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

export interface PageProps {
  /** The heading, and the window's title. */
  title: string;
  /** Beside the heading. */
  actions?: ReactNode;
  /** `wide` takes all there is, for pictures; `broad` has an end, for pictures with words. */
  width?: 'text' | 'broad' | 'wide';
  children?: ReactNode;
}

/** The outline of a view: its heading and what stands under it. */
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

/** Names the window as long as the view is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ImgStream`;
  }, [title]);
}

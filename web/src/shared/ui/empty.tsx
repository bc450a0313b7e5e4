import type { ReactNode } from 'react';
import styles from './empty.module.css';

export interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** `h1` where it is all that the view has. */
  heading?: 'h1' | 'h2';
  /** What it means, or what comes here. */
  text?: ReactNode;
  /** The one way on. */
  children?: ReactNode;
}

/** In the middle of a view that has nothing to show. */
export function Empty({ icon, title, heading: Heading = 'h2', text, children }: EmptyProps) {
  return (
    <div className={styles['empty']}>
      <span aria-hidden className={styles['icon']}>
        {icon}
      </span>
      <Heading className={styles['title']}>{title}</Heading>
      {text != null && <p className={styles['text']}>{text}</p>}
      {children}
    </div>
  );
}

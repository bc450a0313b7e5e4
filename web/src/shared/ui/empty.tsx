import type { ReactNode } from 'react';
import styles from './empty.module.css';

export interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** `h1` if the view has no other heading. */
  heading?: 'h1' | 'h2';
  /** Explains the state, or the content that will appear here. */
  text?: ReactNode;
  /** A link or button to continue. */
  children?: ReactNode;
}

/** The placeholder of a view that has nothing to show. */
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

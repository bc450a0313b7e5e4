import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './text-link.module.css';
import { classNames } from './class-names.ts';

export interface TextLinkProps {
  /** A path of the app. */
  to: string;
  /** `button`: the main link of an empty or failed view. */
  variant?: 'text' | 'button';
  children: ReactNode;
}

/** A link to another view. */
export function TextLink({ to, variant = 'text', children }: TextLinkProps) {
  return (
    <Link href={to} className={classNames(styles[variant])}>
      {children}
    </Link>
  );
}

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './text-link.module.css';
import { classNames } from './class-names.ts';

export interface TextLinkProps {
  /** A view of ours. */
  to: string;
  /** `button`: the one way on from an empty or broken view. */
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

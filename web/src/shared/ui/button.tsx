import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  /** One `primary` in a view; `quiet` is for what stands among much else; `danger` cannot be undone. */
  variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: ReactNode;
  children: ReactNode;
}

/** A button with words. */
export function Button({ variant = 'plain', icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={classNames(styles['button'], styles[variant])}>
      {icon}
      <span>{children}</span>
    </AriaButton>
  );
}

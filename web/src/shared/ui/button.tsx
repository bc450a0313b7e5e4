import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  /** At most one `primary` in a view. `quiet` is for places with many other elements. `danger` is for irreversible actions. */
  variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: ReactNode;
  children: ReactNode;
}

/** A button with a text. */
export function Button({ variant = 'plain', icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={classNames(styles['button'], styles[variant])}>
      {icon}
      <span>{children}</span>
    </AriaButton>
  );
}

import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { classNames } from './class-names.ts';
import styles from './icon-button.module.css';

export interface IconButtonProps extends Omit<
  AriaButtonProps,
  'className' | 'children' | 'aria-label' | 'style'
> {
  /** What it does: read out, and shown where the pointer rests. */
  label: string;
  /** Where the button switches something: whether it is on. */
  isOn?: boolean;
  /** The 24 px icon. */
  children: ReactNode;
}

/** A button that is an icon alone. */
export function IconButton({ label, isOn, children, ...props }: IconButtonProps) {
  return (
    <span className={styles['wrap']} title={label}>
      <AriaButton
        {...props}
        aria-label={label}
        {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
        className={classNames(styles['button'], isOn && styles['on'])}
      >
        {children}
      </AriaButton>
    </span>
  );
}

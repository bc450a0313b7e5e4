import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { classNames } from './class-names.ts';
import styles from './icon-button.module.css';

export interface IconButtonProps extends Omit<
  AriaButtonProps,
  'className' | 'children' | 'aria-label' | 'style'
> {
  /** The name of the action, for screen readers and as tooltip. */
  label: string;
  /** For a toggle: whether it is on. */
  isOn?: boolean;
  /** The 24 px icon. */
  children: ReactNode;
}

/** A button with only an icon. */
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

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import styles from './chip.module.css';
import { classNames } from './class-names.ts';

export interface ChipProps {
  children: ReactNode;
  icon?: ReactNode;
  /** For a chip that is a toggle: whether it is on. */
  isOn?: boolean;
  onPress?: () => void;
  /** Shows a remove button, labelled `removeLabel`. */
  onRemove?: () => void;
  removeLabel?: string;
}

/** A small rounded element for a filter or a tag. */
export function Chip({ children, icon, isOn, onPress, onRemove, removeLabel }: ChipProps) {
  const content = (
    <>
      {icon}
      <span className={styles['text']}>{children}</span>
    </>
  );
  return (
    <span className={classNames(styles['chip'], isOn && styles['on'], onRemove && styles['removable'])}>
      {onPress ? (
        <AriaButton
          className={styles['press'] ?? ''}
          onPress={onPress}
          {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
        >
          {content}
        </AriaButton>
      ) : (
        <span className={styles['press']}>{content}</span>
      )}
      {onRemove && (
        <AriaButton className={styles['remove'] ?? ''} onPress={onRemove} aria-label={removeLabel ?? ''}>
          <X />
        </AriaButton>
      )}
    </span>
  );
}

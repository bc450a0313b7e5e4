import { ChevronDown } from 'lucide-react';
import styles from './field.module.css';
import selectStyles from './select.module.css';
import { classNames } from './class-names.ts';
import { type ReactNode, useId } from 'react';

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
}

export interface SelectProps<Value extends string> {
  label: string;
  /** `bare` shows the label only to screen readers, for places where the context makes it clear. */
  variant?: 'field' | 'bare';
  /** Shown before the choice. On a phone, a bare select shows only the icon. */
  icon?: ReactNode;
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
}

/** A native select: a phone shows its own picker, and all keys work as users expect. */
export function Select<Value extends string>({
  label,
  variant = 'field',
  icon,
  value,
  options,
  onChange,
}: SelectProps<Value>) {
  const id = useId();
  return (
    <div
      className={classNames(
        styles['field'],
        selectStyles[variant],
        icon !== undefined && selectStyles['withIcon'],
      )}
    >
      <label htmlFor={id} className={variant === 'bare' ? 'visually-hidden' : styles['label']}>
        {label}
      </label>
      <div className={selectStyles['box']}>
        {icon !== undefined && <span className={selectStyles['icon']}>{icon}</span>}
        <select
          id={id}
          className={classNames(styles['input'], selectStyles['select'])}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden />
      </div>
    </div>
  );
}

import type { Ref } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components/TextField';
import styles from './field.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'children' | 'style'> {
  label: string;
  hint?: string;
  /** Explains the problem with the value, if there is one. */
  error?: string | undefined;
  placeholder?: string;
  /** More than 1 makes it a multi-line field. */
  lines?: number;
  inputRef?: Ref<HTMLInputElement>;
}

/** A labelled text field with one or more lines. */
export function TextField({
  label,
  hint,
  error,
  placeholder,
  lines = 1,
  inputRef,
  ...props
}: TextFieldProps) {
  const shared = { className: styles['input'] ?? '', ...(placeholder === undefined ? {} : { placeholder }) };
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} className={styles['field'] ?? ''}>
      <Label className={styles['label'] ?? ''}>{label}</Label>
      {lines > 1 ? <TextArea rows={lines} {...shared} /> : <Input ref={inputRef ?? null} {...shared} />}
      {hint && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}

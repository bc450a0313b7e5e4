import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TextField } from '../../shared/ui/text-field.tsx';
import styles from './edit.module.css';

export interface TextEditProps {
  label: string;
  /** What is written now. */
  value: string;
  placeholder?: string;
  hint?: string;
  /** With more than one, Enter is a new line, and Ctrl+Enter or leaving the field writes. */
  lines?: number;
  type?: 'text' | 'datetime-local';
  /** Writes it. Gives what is wrong with it in words, or null. @throws where it could not be asked */
  onWrite: (text: string) => Promise<string | null>;
}

/** A text that is changed where it stands: Enter or leaving it writes it, Escape takes it back. */
export function TextEdit({ label, value, lines = 1, type = 'text', onWrite, ...field }: TextEditProps) {
  const { t } = useTranslation('photo');
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string>();

  const drop = () => {
    setDraft(null);
    setError(undefined);
  };
  const write = async () => {
    if (draft === null || draft.trim() === value) return drop();
    try {
      const wrong = await onWrite(draft.trim());
      if (wrong === null) drop();
      else setError(wrong);
    } catch {
      setError(t('notWritten'));
    }
  };
  const press = (event: KeyboardEvent) => {
    // Enter and Escape of an input method are about its candidates.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return;
    if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void write();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      drop();
      if (event.target instanceof HTMLElement) event.target.blur();
    }
  };
  return (
    <div className={styles['edit']} onKeyDownCapture={press}>
      <TextField
        {...field}
        label={label}
        type={type}
        lines={lines}
        value={draft ?? value}
        error={error}
        onChange={(text) => {
          setDraft(text);
          setError(undefined);
        }}
        onBlur={() => void write()}
      />
    </div>
  );
}

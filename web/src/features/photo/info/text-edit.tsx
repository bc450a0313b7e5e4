import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../../../shared/keyboard/composing.ts';
import { askBeforeLeaving } from '../../../shared/ui/ask-before-leaving.ts';
import { TextField } from '../../../shared/ui/text-field.tsx';
import { showToast } from '../../../shared/ui/toast.tsx';
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

  const writing = useRef<string>(null);

  const drop = () => {
    setDraft(null);
    setError(undefined);
  };
  /** What is typed while the service is asked stays. */
  const write = async () => {
    const text = draft?.trim();
    if (text === undefined || text === value || !isWhole(text, type)) return drop();
    if (writing.current === text) return;
    writing.current = text;
    try {
      const wrong = await onWrite(text);
      if (wrong === null) setDraft((now) => (now?.trim() === text ? null : now));
      else setError(wrong);
    } catch {
      setError(t('notWritten'));
    } finally {
      writing.current = null;
    }
  };
  /** Leaving by the browser's own ways is leaving the field too. */
  const leave = useEffectEvent(async () => {
    const text = draft?.trim();
    if (text === undefined || text === value || text === writing.current || !isWhole(text, type)) return;
    try {
      if ((await onWrite(text)) === null) return;
    } catch {
      // Said below, as what was refused is.
    }
    showToast({ text: t('notWritten'), tone: 'danger' });
  });
  useEffect(() => () => void leave(), []);
  const isUnwritten = draft !== null && draft.trim() !== value;
  useEffect(() => (isUnwritten ? askBeforeLeaving() : undefined), [isUnwritten]);
  const press = (event: KeyboardEvent) => {
    // Enter and Escape of an input method are about its candidates.
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void write();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      // Before the field is left, which would write it.
      flushSync(drop);
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

/** A browser gives no date where a part of it has not been written yet: that is no wish to have none. */
function isWhole(text: string, type: string): boolean {
  return type === 'text' || text !== '';
}

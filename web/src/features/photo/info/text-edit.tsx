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
  /** The saved text. */
  value: string;
  placeholder?: string;
  hint?: string;
  /** With more than one line, Enter inserts a line break, and Ctrl+Enter saves. */
  lines?: number;
  type?: 'text' | 'datetime-local';
  /** Saves the text. Returns an error message, or null on success. @throws ApiError if the request fails */
  onSave: (text: string) => Promise<string | null>;
}

/** A text that is edited in place. Enter and leaving the field save it; Escape discards the change. */
export function TextEdit({ label, value, lines = 1, type = 'text', onSave, ...field }: TextEditProps) {
  const { t } = useTranslation('photo');
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string>();

  /** The text that is being saved. */
  const saving = useRef<string>(null);

  const discard = () => {
    setDraft(null);
    setError(undefined);
  };
  /** Saves the draft. Text that is typed during the request is kept. */
  const save = async () => {
    const text = draft?.trim();
    if (text === undefined || text === value || !isComplete(text, type)) return discard();
    if (saving.current === text) return;
    saving.current = text;
    try {
      const message = await onSave(text);
      if (message === null) setDraft((now) => (now?.trim() === text ? null : now));
      else setError(message);
    } catch {
      setError(t('notWritten'));
    } finally {
      saving.current = null;
    }
  };
  /** Saves the draft when the field is unmounted without losing the focus first, for example by the Back button. */
  const saveOnUnmount = useEffectEvent(async () => {
    const text = draft?.trim();
    if (text === undefined || text === value || text === saving.current || !isComplete(text, type)) return;
    try {
      if ((await onSave(text)) === null) return;
    } catch {
      // The toast below reports both an error and a refused text.
    }
    showToast({ text: t('notWritten'), tone: 'danger' });
  });
  useEffect(() => () => void saveOnUnmount(), []);
  const isUnsaved = draft !== null && draft.trim() !== value;
  useEffect(() => (isUnsaved ? askBeforeLeaving() : undefined), [isUnsaved]);
  const press = (event: KeyboardEvent) => {
    // While an input method is composing, Enter and Escape apply to its candidates.
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      // Discards the draft before the field loses the focus, which would save it.
      flushSync(discard);
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
        onBlur={() => void save()}
      />
    </div>
  );
}

/** Returns whether a value can be saved. A date field is empty while a part of the date is missing. */
function isComplete(text: string, type: string): boolean {
  return type === 'text' || text !== '';
}

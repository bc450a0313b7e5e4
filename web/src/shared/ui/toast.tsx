import { X } from 'lucide-react';
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components/Toast';
import { Text } from 'react-aria-components/Text';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { type ChangingText, useChangingText } from './changing-text.ts';
import { IconButton } from './icon-button.tsx';
import styles from './toast.module.css';

export interface ToastMessage {
  text: string | ChangingText;
  tone?: 'plain' | 'danger';
  /** Whether it stays until it is dismissed. */
  stays?: boolean;
  /** One action, such as undo or retry. */
  action?: { label: string; run: () => void; isUndo?: boolean };
}

/** Long enough to read the toast and to reach Undo. The timer stops while the pointer or the focus is in the toast. */
const SHOWN_MS = 7_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

/** The undo actions of the visible toasts, by the key of the toast, the newest last. */
const undoActions = new Map<string, () => void>();

/** Shows a short message. Returns a function that hides it. */
export function showToast(message: ToastMessage): () => void {
  const { stays = false, action } = message;
  let key = '';
  const timing = stays ? {} : { timeout: SHOWN_MS };
  key = queue.add(message, { ...timing, onClose: () => undoActions.delete(key) });
  if (action?.isUndo) undoActions.set(key, action.run);
  return () => queue.close(key);
}

/** Undoes the last action whose toast is still visible. */
export function undoLast(): void {
  const [key, run] = [...undoActions].at(-1) ?? [];
  if (key === undefined) return;
  queue.close(key);
  run?.();
}

/** The region in which toasts appear. The frame contains it once. F6 moves the focus into it. */
export function ToastRegion({ isBesideNavigation }: { isBesideNavigation: boolean }) {
  const { t } = useTranslation();
  const classes = classNames(styles['region'], isBesideNavigation && styles['beside']);
  return (
    <AriaToastRegion queue={queue} aria-label={t('notifications')} className={classes}>
      {({ toast }) => (
        <AriaToast toast={toast} className={styles[toast.content.tone ?? 'plain'] ?? ''}>
          <ToastContent className={styles['content'] ?? ''}>
            <Text slot="title">
              {typeof toast.content.text === 'string' ? (
                toast.content.text
              ) : (
                <Progress text={toast.content.text} />
              )}
            </Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              variant="quiet"
              onPress={() => {
                queue.close(toast.key);
                toast.content.action?.run();
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <IconButton slot="close" label={t('dismiss')}>
            <X />
          </IconButton>
        </AriaToast>
      )}
    </AriaToastRegion>
  );
}

function Progress({ text }: { text: ChangingText }) {
  return useChangingText(text);
}

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
  /** Until it is dismissed. */
  stays?: boolean;
  /** The one thing that can be done about it: undo, try again. */
  action?: { label: string; run: () => void; isUndo?: boolean };
}

/** Long enough to read it and to reach for Undo; it stays while the pointer or the focus is in it. */
const SHOWN_MS = 7_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

/** What can be taken back, by toast, the newest last. */
const undoable = new Map<string, () => void>();

/** Says shortly what has been done. Gives a function that takes it away. */
export function showToast(message: ToastMessage): () => void {
  const { stays = false, action } = message;
  let key = '';
  const timing = stays ? {} : { timeout: SHOWN_MS };
  key = queue.add(message, { ...timing, onClose: () => undoable.delete(key) });
  if (action?.isUndo) undoable.set(key, action.run);
  return () => queue.close(key);
}

/** Takes back what was done last, as long as its toast can be seen. */
export function undoLast(): void {
  const [key, run] = [...undoable].at(-1) ?? [];
  if (key === undefined) return;
  queue.close(key);
  run?.();
}

/** Where toasts appear; once in the frame. F6 brings the keyboard there. */
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

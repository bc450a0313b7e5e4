import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/i18n/format.ts';
import { isComposing } from '../../shared/keyboard/composing.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { Progress } from '../../shared/ui/progress.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { deletePhotos } from './delete-photos.ts';
import styles from './trash.module.css';

export interface DeleteDialogProps {
  ids: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

/** Confirms that photos are to be deleted permanently. For several photos, the user has to type their number. */
export function DeleteDialog({ ids, onClose, onDone }: DeleteDialogProps) {
  const { t } = useTranslation('trash');
  const general = useTranslation().t;
  const format = useFormat();
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const count = ids.length;
  const isSure = count === 1 || digits(typed) === String(count);
  const run = async () => {
    setDone(0);
    await deletePhotos(ids, setDone);
    onDone();
  };
  return (
    <Dialog
      role="alertdialog"
      title={t('askDelete', { count })}
      isOpen
      onClose={() => done === null && onClose()}
      actions={
        <>
          <Button isDisabled={done !== null} onPress={onClose}>
            {general('cancel')}
          </Button>
          <Button variant="danger" isDisabled={!isSure || done !== null} onPress={() => void run()}>
            {t('deleteCount', { count })}
          </Button>
        </>
      }
    >
      <div className={styles['dialog']}>
        <p>{t('askDeleteAdvice')}</p>
        {count > 1 && done === null && (
          <TextField
            autoFocus
            label={t('typeCount', { count })}
            value={typed}
            onChange={setTyped}
            inputMode="numeric"
            autoComplete="off"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !isComposing(event.nativeEvent) && isSure) void run();
              event.continuePropagation();
            }}
          />
        )}
        {done !== null && (
          <Progress
            label={t('deleting')}
            value={done / count}
            valueText={t('deletedOf', { done: format.number(done), all: format.number(count) })}
          />
        )}
      </div>
    </Dialog>
  );
}

/** Returns the digits of a number, without separators and in ASCII: "1000" for 1,000 and １０００. */
function digits(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\s,.]/g, '');
}

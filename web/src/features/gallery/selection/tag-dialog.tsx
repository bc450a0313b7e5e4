import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addTag, removeTag } from '../../../shared/photos/changes/actions.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { TextField } from '../../../shared/ui/text-field.tsx';

/** A dialog that adds a tag to photos or removes it from them. */
export default function TagDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation('gallery');
  const [text, setText] = useState('');
  const tag = text.trim();
  const act = (action: typeof addTag) => {
    if (tag === '') return;
    onClose();
    void action(ids, tag);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act(addTag);
  };
  return (
    <Dialog
      title={t('tags.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button isDisabled={tag === ''} onPress={() => act(removeTag)}>
            {t('tags.remove')}
          </Button>
          <Button variant="primary" isDisabled={tag === ''} onPress={() => act(addTag)}>
            {t('tags.add')}
          </Button>
        </>
      }
    >
      <form onSubmit={submit}>
        <TextField label={t('tags.name')} value={text} maxLength={50} autoFocus onChange={setText} />
      </form>
    </Dialog>
  );
}

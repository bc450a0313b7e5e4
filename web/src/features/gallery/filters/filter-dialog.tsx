import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { execute } from '../../../shared/api/execute.ts';
import { GalleryFacetsDocument } from '../../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../../shared/api/query-client.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { typeName } from '../../../shared/photos/type-name.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { Chip } from '../../../shared/ui/chip.tsx';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { Select } from '../../../shared/ui/select.tsx';
import { TextField } from '../../../shared/ui/text-field.tsx';
import styles from './filter-dialog.module.css';
import type { GalleryState } from './gallery-address.ts';

export interface FilterDialogProps {
  state: GalleryState;
  onApply: (patch: Partial<GalleryState>) => void;
  onClose: () => void;
}

/** The dialog with all filters of the gallery. */
export default function FilterDialog({ state, onApply, onClose }: FilterDialogProps) {
  const { t } = useTranslation('gallery');
  const { t: tf } = useTranslation();
  const format = useFormat();
  const form = useId();
  const [draft, setDraft] = useState(state);
  const { data } = useQuery({
    queryKey: [LIBRARY, 'facets'],
    queryFn: ({ signal }) => execute(GalleryFacetsDocument, {}, { signal }),
  });
  const set = (patch: Partial<GalleryState>) => setDraft({ ...draft, ...patch });
  const options = (
    stats: { name: string; photos: number }[] = [],
    chosen: string | null,
    nameOf = (name: string) => name,
    none: string = t('filter.any'),
  ) => [
    { value: '', label: none },
    // The chosen value remains an option even if no photo has it.
    ...(chosen && !stats.some(({ name }) => name === chosen)
      ? [{ value: chosen, label: nameOf(chosen) }]
      : []),
    ...stats.map(({ name, photos }) => ({
      value: name,
      label: `${nameOf(name)} (${format.number(photos)})`,
    })),
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply({ ...draft, place: draft.place?.trim() || null });
  };
  const otherTags = data?.stats.byTag.filter(({ name }) => !draft.tags.includes(name));
  return (
    <Dialog
      title={t('filter.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <span className={styles['apart']}>
            <Button
              variant="quiet"
              onPress={() =>
                onApply({
                  from: null,
                  to: null,
                  camera: null,
                  tags: [],
                  type: null,
                  place: null,
                  favorites: false,
                })
              }
            >
              {t('filter.clear')}
            </Button>
          </span>
          <Button onPress={onClose}>{tf('cancel')}</Button>
          <Button variant="primary" type="submit" form={form}>
            {t('filter.apply')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles['form']} onSubmit={submit}>
        <TextField
          label={t('filter.from')}
          type="date"
          value={draft.from ?? ''}
          onChange={(from) => set({ from: from || null })}
        />
        <TextField
          label={t('filter.to')}
          type="date"
          value={draft.to ?? ''}
          onChange={(to) => set({ to: to || null })}
        />
        <Select
          label={t('filter.camera')}
          value={draft.camera ?? ''}
          options={options(data?.stats.byCamera, draft.camera)}
          onChange={(camera) => set({ camera: camera || null })}
        />
        <Select
          label={t('filter.type')}
          value={draft.type ?? ''}
          options={options(data?.stats.byContentType, draft.type, typeName)}
          onChange={(type) => set({ type: type || null })}
        />
        <div className={styles['tags']}>
          <Select
            label={t('filter.tag')}
            value=""
            options={options(
              otherTags,
              null,
              undefined,
              draft.tags.length > 0 ? t('filter.another') : undefined,
            )}
            onChange={(name) => name && set({ tags: [...draft.tags, name] })}
          />
          {draft.tags.length > 0 && (
            <ul className={styles['chips']} aria-label={t('filter.tag')}>
              {draft.tags.map((tag) => (
                <li key={tag}>
                  <Chip
                    onRemove={() => set({ tags: draft.tags.filter((other) => other !== tag) })}
                    removeLabel={t('filter.remove', { name: `#${tag}` })}
                  >
                    #{tag}
                  </Chip>
                </li>
              ))}
            </ul>
          )}
        </div>
        <TextField
          label={t('filter.place')}
          placeholder={t('filter.placeHint')}
          value={draft.place ?? ''}
          maxLength={100}
          onChange={(place) => set({ place: place || null })}
        />
      </form>
    </Dialog>
  );
}

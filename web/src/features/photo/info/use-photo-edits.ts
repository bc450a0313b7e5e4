import { useTranslation } from 'react-i18next';
import type { PhotoPatch } from '../../../shared/api/generated/graphql.ts';
import { showToast } from '../../../shared/ui/toast.tsx';
import { writeEdit } from '../photo-actions.ts';
import type { PhotoDetails } from '../photo-queries.ts';
import { offsetMinutes, withOffset } from './taken-at.ts';

type Written = Promise<string | null>;

export interface PhotoEdits {
  title: (text: string) => Written;
  description: (text: string) => Written;
  addTag: (tag: string) => Written;
  removeTag: (tag: string) => Written;
  /** @param local as a datetime-local field gives it; empty takes the file's */
  takenAt: (local: string) => Written;
  takenAtOfFile: () => Promise<void>;
}

/** What a person can write about a photo. Each gives what is wrong with it in words, or null; each can be undone. */
export function usePhotoEdits(photo: PhotoDetails): PhotoEdits {
  const { t } = useTranslation('photo');
  const { id, title, description, takenAt, takenAtLocal } = photo;
  const offset = offsetMinutes(takenAt, takenAtLocal);

  const wrongIn = (field: string): string => {
    if (field === 'title') return t('wrong.title');
    if (field === 'description') return t('wrong.description');
    return field === 'takenAt' ? t('wrong.takenAt') : t('wrong.tags');
  };
  const write = async (patch: PhotoPatch, back: PhotoPatch, said: string, atOnce = false): Written => {
    const field = await writeEdit({ id, patch, back, said, atOnce });
    return field === null ? null : wrongIn(field);
  };
  const date = (to: string | null): Written =>
    write({ takenAt: to }, { takenAt: withOffset(takenAtLocal, offset) }, t('written.takenAt'));
  return {
    title: (text) => write({ title: text || null }, { title }, t('written.title')),
    description: (text) => write({ description: text || null }, { description }, t('written.description')),
    addTag: (tag) => write({ addTags: [tag] }, { removeTags: [tag] }, t('written.tagAdded', { tag }), true),
    removeTag: (tag) =>
      write({ removeTags: [tag] }, { addTags: [tag] }, t('written.tagRemoved', { tag }), true),
    takenAt: (local) => date(local === '' ? null : withOffset(local, offset)),
    takenAtOfFile: async () => {
      try {
        await date(null);
      } catch {
        showToast({ text: t('notWritten'), tone: 'danger' });
      }
    },
  };
}

import { useTranslation } from 'react-i18next';
import type { PhotoPatch } from '../../../shared/api/generated/graphql.ts';
import { showToast } from '../../../shared/ui/toast.tsx';
import { saveEdit } from '../photo-actions.ts';
import type { PhotoDetails } from '../photo-queries.ts';
import { offsetMinutes, withOffset } from './taken-at.ts';

/** An error message, or null on success. */
type Result = Promise<string | null>;

export interface PhotoEdits {
  title: (text: string) => Result;
  description: (text: string) => Result;
  addTag: (tag: string) => Result;
  removeTag: (tag: string) => Result;
  /** @param local the value of a datetime-local field; empty restores the time of the file */
  takenAt: (local: string) => Result;
  takenAtOfFile: () => Promise<void>;
}

/** Returns functions that save edits of a photo. The user can undo each edit. @throws ApiError if a request fails */
export function usePhotoEdits(photo: PhotoDetails): PhotoEdits {
  const { t } = useTranslation('photo');
  const { id, title, description, takenAt, takenAtLocal } = photo;
  const offset = offsetMinutes(takenAt, takenAtLocal);

  const errorMessage = (field: string): string => {
    if (field === 'title') return t('wrong.title');
    if (field === 'description') return t('wrong.description');
    return field === 'takenAt' ? t('wrong.takenAt') : t('wrong.tags');
  };
  const save = async (patch: PhotoPatch, undo: PhotoPatch, message: string, isOptimistic = false): Result => {
    const field = await saveEdit({ id, patch, undo, message, isOptimistic });
    return field === null ? null : errorMessage(field);
  };
  const saveTakenAt = (to: string | null): Result =>
    save({ takenAt: to }, { takenAt: withOffset(takenAtLocal, offset) }, t('written.takenAt'));
  return {
    title: (text) => save({ title: text || null }, { title }, t('written.title')),
    description: (text) => save({ description: text || null }, { description }, t('written.description')),
    addTag: (tag) => save({ addTags: [tag] }, { removeTags: [tag] }, t('written.tagAdded', { tag }), true),
    removeTag: (tag) =>
      save({ removeTags: [tag] }, { addTags: [tag] }, t('written.tagRemoved', { tag }), true),
    takenAt: (local) => saveTakenAt(local === '' ? null : withOffset(local, offset)),
    takenAtOfFile: async () => {
      try {
        await saveTakenAt(null);
      } catch {
        showToast({ text: t('notWritten'), tone: 'danger' });
      }
    },
  };
}

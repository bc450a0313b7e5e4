import { t } from 'i18next';
import { write } from '../../shared/api/write.ts';
import { type PhotoPatch, UpdatePhotosDocument } from '../../shared/api/generated/graphql.ts';
import { refreshLibrary, showChange } from '../../shared/photos/changes/library-cache.ts';
import { perform } from '../../shared/photos/changes/perform.ts';
import { showToast } from '../../shared/ui/toast.tsx';
import type { ShownPhoto } from './photo-queries.ts';

const update = async (ids: string[], patch: PhotoPatch) =>
  (await write(UpdatePhotosDocument, { ids, patch })).updatePhotos;

/** Changes the photo that is shown, with Undo. Its previous state is known, so that Undo needs no request for it. */
function change(id: string, patch: PhotoPatch, previous: PhotoPatch, message: string): Promise<void> {
  return perform({
    ids: [id],
    change: { patch },
    send: (ids) => update(ids, patch),
    message: () => message,
    undo: (ids) => {
      showChange({ ids: new Set(ids), patch: previous });
      return update(ids, previous);
    },
  });
}

export function toggleFavorite({ id, isFavorite }: ShownPhoto): Promise<void> {
  const message = t(isFavorite ? 'unfavorited' : 'favorited', { ns: 'photos', count: 1 });
  return change(id, { isFavorite: !isFavorite }, { isFavorite }, message);
}

export function togglePrivate({ id, isPrivate }: ShownPhoto): Promise<void> {
  const message = t(isPrivate ? 'madePublic' : 'madePrivate', { ns: 'photos', count: 1 });
  return change(id, { isPrivate: !isPrivate }, { isPrivate }, message);
}

export interface Edit {
  id: string;
  patch: PhotoPatch;
  /** The patch that undoes the edit. */
  undo: PhotoPatch;
  /** The message of success. */
  message: string;
  /** Shows the edit before the response arrives. Not needed for a text field, which shows the new text anyway. */
  isOptimistic?: boolean;
}

/**
 * Saves an edit by the user, and shows a toast with Undo.
 * @returns the name of the invalid field if the service refused the edit, or null
 * @throws ApiError if the request fails
 */
export async function saveEdit({
  id,
  patch,
  undo,
  message,
  isOptimistic = false,
}: Edit): Promise<string | null> {
  const show = () => showChange({ ids: new Set([id]), patch });
  if (isOptimistic) show();
  try {
    const [outcome] = await update([id], patch);
    if (outcome?.__typename === 'InvalidInputError') return outcome.field;
    if (outcome?.__typename !== 'Photo') {
      showToast({ text: t('someFailed', { ns: 'photos', count: 1 }), tone: 'danger' });
      return null;
    }
    show();
  } finally {
    refreshLibrary();
  }
  showToast({
    text: message,
    action: { label: t('undo'), run: () => void undoEdit(id, undo), isUndo: true },
  });
  return null;
}

async function undoEdit(id: string, patch: PhotoPatch): Promise<void> {
  try {
    showChange({ ids: new Set([id]), patch });
    const [outcome] = await update([id], patch);
    if (outcome?.__typename === 'Photo') showToast({ text: t('undone', { ns: 'photos' }) });
    else showToast({ text: t('someFailed', { ns: 'photos', count: 1 }), tone: 'danger' });
  } catch {
    showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
  } finally {
    refreshLibrary();
  }
}

import { t } from 'i18next';
import { write } from '../../shared/api/write.ts';
import { type PhotoPatch, UpdatePhotosDocument } from '../../shared/api/generated/graphql.ts';
import { refreshLibrary, showChange } from '../../shared/photos/changes/library-cache.ts';
import { perform } from '../../shared/photos/changes/perform.ts';
import { showToast } from '../../shared/ui/toast.tsx';
import type { ShownPhoto } from './photo-queries.ts';

const update = async (ids: string[], patch: PhotoPatch) =>
  (await write(UpdatePhotosDocument, { ids, patch })).updatePhotos;

/** Switches the one photo that is seen, with Undo: its state is known, nothing has to be looked up. */
function turn(id: string, patch: PhotoPatch, back: PhotoPatch, said: string): Promise<void> {
  return perform({
    ids: [id],
    change: { patch },
    send: (ids) => update(ids, patch),
    message: () => said,
    undo: (ids) => {
      showChange({ ids: new Set(ids), patch: back });
      return update(ids, back);
    },
  });
}

export function turnFavorite({ id, isFavorite }: ShownPhoto): Promise<void> {
  const said = t(isFavorite ? 'unfavorited' : 'favorited', { ns: 'photos', count: 1 });
  return turn(id, { isFavorite: !isFavorite }, { isFavorite }, said);
}

export function turnPrivate({ id, isPrivate }: ShownPhoto): Promise<void> {
  const said = t(isPrivate ? 'madePublic' : 'madePrivate', { ns: 'photos', count: 1 });
  return turn(id, { isPrivate: !isPrivate }, { isPrivate }, said);
}

export interface Edit {
  id: string;
  patch: PhotoPatch;
  /** What restores what was there. */
  back: PhotoPatch;
  /** What is said when it is done. */
  said: string;
  /** It is shown before the service has answered: for what nothing else shows meanwhile. */
  atOnce?: boolean;
}

/**
 * Writes what a person changed, and says so with Undo.
 * @returns the field at fault where the service refused it, null where it is written
 * @throws ApiError where there is no answer
 */
export async function writeEdit({ id, patch, back, said, atOnce = false }: Edit): Promise<string | null> {
  const show = () => showChange({ ids: new Set([id]), patch });
  if (atOnce) show();
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
  showToast({ text: said, action: { label: t('undo'), run: () => void takeBack(id, back), isUndo: true } });
  return null;
}

async function takeBack(id: string, patch: PhotoPatch): Promise<void> {
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

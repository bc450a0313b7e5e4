import { t } from 'i18next';
import { write } from '../../api/write.ts';
import {
  type PhotoFilter,
  type PhotoPatch,
  RestorePhotosDocument,
  TrashPhotosDocument,
  UpdatePhotosDocument,
} from '../../api/generated/graphql.ts';
import { showToast } from '../../ui/toast.tsx';
import { matchingIds } from './matching-ids.ts';
import { perform } from './perform.ts';
import { takenSpan } from '../taken-span.ts';
import { cachedStrips } from '../timeline.ts';

const update = async (ids: string[], patch: PhotoPatch) =>
  (await write(UpdatePhotosDocument, { ids, patch })).updatePhotos;
const sendToTrash = async (ids: string[]) => (await write(TrashPhotosDocument, { ids })).trashPhotos;
const restore = async (ids: string[]) => (await write(RestorePhotosDocument, { ids })).restorePhotos;

/**
 * Changes only the photos that do not yet have the new state, so that Undo does not change the others: a photo that was a
 * favourite before stays one.
 * @param already selects the photos that need no change: those that match `filter`, or, if `are` is false, the others
 */
async function change(
  ids: readonly string[],
  {
    patch,
    back,
    already,
  }: { patch: PhotoPatch; back: PhotoPatch; already: { filter: PhotoFilter; are: boolean } },
  message: (count: number) => string,
): Promise<void> {
  let known: Set<string> | null;
  try {
    // Restricts the query to the period in which these photos were taken, because a library may be large.
    const takenAtLocal = takenSpan(ids, cachedStrips());
    known = await matchingIds({ ...already.filter, ...(takenAtLocal && { takenAtLocal }) });
  } catch {
    showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
    return;
  }
  const affected = known ? ids.filter((id) => known.has(id) !== already.are) : ids;
  await perform({
    ids: affected,
    change: { patch },
    send: (batch) => update(batch, patch),
    message,
    undo: known ? (batch) => update(batch, back) : undefined,
  });
}

/** Adds photos to the favourites or removes them. Shows a toast with Undo. */
export function setFavorite(ids: readonly string[], isFavorite: boolean): Promise<void> {
  return change(
    ids,
    {
      patch: { isFavorite },
      back: { isFavorite: !isFavorite },
      already: { filter: { isFavorite: true }, are: isFavorite },
    },
    (count) => t(isFavorite ? 'favorited' : 'unfavorited', { ns: 'photos', count }),
  );
}

/** Marks photos as private, which excludes them from sharing, or as not private. Shows a toast with Undo. */
export function setPrivate(ids: readonly string[], isPrivate: boolean): Promise<void> {
  return change(
    ids,
    {
      patch: { isPrivate },
      back: { isPrivate: !isPrivate },
      already: { filter: { isPrivate: true }, are: isPrivate },
    },
    (count) => t(isPrivate ? 'madePrivate' : 'madePublic', { ns: 'photos', count }),
  );
}

/** Adds a tag to photos. Shows a toast with Undo. */
export function addTag(ids: readonly string[], tag: string): Promise<void> {
  return change(
    ids,
    {
      patch: { addTags: [tag] },
      back: { removeTags: [tag] },
      already: { filter: { tags: [tag] }, are: true },
    },
    (count) => t('tagged', { ns: 'photos', count, tag }),
  );
}

/** Removes a tag from photos. Shows a toast with Undo. */
export function removeTag(ids: readonly string[], tag: string): Promise<void> {
  return change(
    ids,
    {
      patch: { removeTags: [tag] },
      back: { addTags: [tag] },
      already: { filter: { tags: [tag] }, are: false },
    },
    (count) => t('untagged', { ns: 'photos', count, tag }),
  );
}

/** Moves photos to the trash. Shows a toast with Undo. */
export function trashPhotos(ids: readonly string[]): Promise<void> {
  return perform({
    ids,
    change: { removed: true },
    send: sendToTrash,
    message: (count) => t('trashed', { ns: 'photos', count }),
    undo: restore,
  });
}

/** Restores photos from the trash. Shows a toast with Undo. */
export function restorePhotos(ids: readonly string[]): Promise<void> {
  return perform({
    ids,
    change: { removed: true },
    send: restore,
    message: (count) => t('restored', { ns: 'photos', count }),
    undo: sendToTrash,
  });
}

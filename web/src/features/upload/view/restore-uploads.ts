import { t } from 'i18next';
import { write } from '../../../shared/api/write.ts';
import { RestorePhotosDocument } from '../../../shared/api/generated/graphql.ts';
import { inBatches } from '../../../shared/photos/changes/batches.ts';
import { refreshLibrary } from '../../../shared/photos/changes/library-cache.ts';
import { showToast } from '../../../shared/ui/toast.tsx';
import type { UploadItem } from '../queue/upload-item.ts';
import { withQueue } from '../queue/uploads.ts';

/** Restores the photos of files that were not uploaded because their photos are in the trash. */
export async function restoreUploads(items: readonly UploadItem[]): Promise<void> {
  const trashed = items.filter(({ state, photo }) => state === 'trashed' && photo !== null);
  const photoIds = trashed.map(({ photo }) => photo?.id ?? '');
  const { outcomes, error } = await inBatches(
    photoIds,
    async (ids) => (await write(RestorePhotosDocument, { ids })).restorePhotos,
  );
  refreshLibrary();
  const restored = trashed.filter((_, at) => outcomes[at]?.__typename === 'Photo');
  await withQueue((queue) => queue.restored(restored.map(({ id }) => id)));
  const gone = outcomes.length - restored.length;
  if (error !== null)
    showToast({
      text: t('notAll', { ns: 'photos', count: photoIds.length - outcomes.length }),
      tone: 'danger',
    });
  if (gone > 0) showToast({ text: t('someFailed', { ns: 'photos', count: gone }), tone: 'danger' });
  if (restored.length > 0) showToast({ text: t('restored', { ns: 'photos', count: restored.length }) });
}

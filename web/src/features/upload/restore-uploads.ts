import { t } from 'i18next';
import { execute } from '../../shared/api/execute.ts';
import { RestorePhotosDocument } from '../../shared/api/generated/graphql.ts';
import { inBatches } from '../../shared/photos/batches.ts';
import { refreshLibrary } from '../../shared/photos/library-cache.ts';
import { showToast } from '../../shared/ui/toast.tsx';
import type { UploadItem } from './upload-item.ts';
import { withQueue } from './uploads.ts';

/** Takes out of the trash what lay there when it was to be uploaded. */
export async function restoreUploads(items: readonly UploadItem[]): Promise<void> {
  const trashed = items.filter(({ state, photo }) => state === 'trashed' && photo !== null);
  const photoIds = trashed.map(({ photo }) => photo?.id ?? '');
  try {
    const outcomes = await inBatches(
      photoIds,
      async (ids) => (await execute(RestorePhotosDocument, { ids })).restorePhotos,
    );
    const restored = trashed.filter((_, at) => outcomes[at]?.__typename === 'Photo');
    await withQueue((queue) => queue.restored(restored.map(({ id }) => id)));
    showToast({ text: t('restored', { ns: 'photos', count: restored.length }) });
  } catch {
    showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
  } finally {
    refreshLibrary();
  }
}

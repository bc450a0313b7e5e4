import { t } from 'i18next';
import { DeletePhotosDocument } from '../../shared/api/generated/graphql.ts';
import { write } from '../../shared/api/write.ts';
import { inBatches } from '../../shared/photos/changes/batches.ts';
import { refreshLibrary, showChange } from '../../shared/photos/changes/library-cache.ts';
import { showToast } from '../../shared/ui/toast.tsx';

/**
 * Deletes photos permanently and shows their number in a toast. After a failure, the photos already deleted stay
 * deleted.
 * @param onProgress receives the number of photos done so far
 */
export async function deletePhotos(
  ids: readonly string[],
  onProgress: (done: number) => void,
): Promise<void> {
  let done = 0;
  const { outcomes } = await inBatches(ids, async (batch) => {
    const { deletePhotos: results } = await write(DeletePhotosDocument, { ids: batch });
    showChange({ ids: new Set(batch), removed: true });
    onProgress((done += batch.length));
    return results;
  });
  refreshLibrary();
  const failed = ids.length - outcomes.length;
  const deleted = outcomes.filter(({ __typename }) => __typename === 'DeletedPhoto').length;
  if (failed > 0) showToast({ text: t('deleteFailed', { ns: 'trash', count: failed }), tone: 'danger' });
  if (deleted > 0 || failed === 0) showToast({ text: t('deleted', { ns: 'trash', count: deleted }) });
}

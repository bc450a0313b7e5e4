import { t } from 'i18next';
import { execute } from '../../shared/api/execute.ts';
import { DeletePhotosDocument } from '../../shared/api/generated/graphql.ts';
import { inBatches } from '../../shared/photos/batches.ts';
import { refreshLibrary, showChange } from '../../shared/photos/library-cache.ts';
import { showToast } from '../../shared/ui/toast.tsx';

/**
 * Deletes photos for good, and says how many. What was deleted before a failure stays deleted, and is gone from the page.
 * @param onProgress how many of them are done
 */
export async function deletePhotos(
  ids: readonly string[],
  onProgress: (done: number) => void,
): Promise<void> {
  let done = 0;
  let deleted = 0;
  try {
    await inBatches(ids, async (batch) => {
      const { deletePhotos: outcomes } = await execute(DeletePhotosDocument, { ids: batch });
      done += batch.length;
      deleted += outcomes.filter(({ __typename }) => __typename === 'DeletedPhoto').length;
      showChange({ ids: new Set(batch), removed: true });
      onProgress(done);
      return outcomes;
    });
    showToast({ text: t('deleted', { ns: 'trash', count: deleted }) });
  } catch {
    showToast({ text: t('deleteFailed', { ns: 'trash', count: ids.length - done }), tone: 'danger' });
  } finally {
    refreshLibrary();
  }
}

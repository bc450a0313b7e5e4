import { queryClient } from '../../../shared/api/query-client.ts';
import { viewerQuery } from '../../../shared/api/viewer.ts';
import { serviceDoors } from '../transport/service-doors.ts';
import { UploadQueue } from './upload-queue.ts';

/** The queue of this page. */
export function makeQueue(onChange: () => void): UploadQueue {
  return new UploadQueue({
    doors: serviceDoors(),
    maxFileBytes: () =>
      queryClient.getQueryData(viewerQuery.queryKey)?.serverInfo.uploads.maxFileBytes ?? null,
    onChange,
  });
}

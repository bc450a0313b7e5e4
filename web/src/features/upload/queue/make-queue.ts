import { queryClient } from '../../../shared/api/query-client.ts';
import { viewerQuery } from '../../../shared/api/viewer.ts';
import { serviceTransport } from '../transport/service-transport.ts';
import { UploadQueue } from './upload-queue.ts';

/** Creates the upload queue of this page. */
export function makeQueue(onChange: () => void): UploadQueue {
  return new UploadQueue({
    transport: serviceTransport(),
    maxFileBytes: () =>
      queryClient.getQueryData(viewerQuery.queryKey)?.serverInfo.uploads.maxFileBytes ?? null,
    onChange,
  });
}

import { useEffect } from 'react';
import { queryClient } from '../../../shared/api/query-client.ts';
import { viewerQuery } from '../../../shared/api/viewer.ts';
import { refreshLibrary } from '../../../shared/photos/changes/library-cache.ts';
import { watchUploads } from '../queue/uploads.ts';
import { underWay } from '../queue/uploads-snapshot.ts';

/** Refreshes the photos when uploads end. Without a WebSocket, the app is not notified of new photos. */
export function useLibraryRefresh(): void {
  useEffect(
    () =>
      watchUploads((now, before) => {
        const wasActive = underWay(before.totals) > 0 || now.totals.files > before.totals.files;
        if (!wasActive || underWay(now.totals) > 0 || now.totals.count.done === 0) return;
        refreshLibrary();
        void queryClient.invalidateQueries(viewerQuery);
      }),
    [],
  );
}

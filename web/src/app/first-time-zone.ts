import { useEffect } from 'react';
import { useUpdateSettings, useViewer } from '../shared/api/viewer.ts';
import { ownTimeZone } from '../shared/i18n/own-time-zone.ts';
import { readLocal, writeLocal } from '../shared/local-storage/local-storage.ts';

/**
 * Gives whoever begins a library the browser's time zone, once: until they choose, the service goes by the machine that it
 * runs on. Who has photos has had their times told in some zone, and keeps it.
 */
export function useFirstTimeZone(): void {
  const viewer = useViewer();
  const { mutate } = useUpdateSettings();
  useEffect(() => {
    if (!viewer || readLocal('begun') !== null) return;
    writeLocal('begun', 'true');
    const { storage, settings } = viewer;
    const timeZone = ownTimeZone();
    if (storage.photoCount + storage.trashedCount > 0 || settings.timeZone === timeZone) return;
    mutate({ timeZone });
  }, [viewer, mutate]);
}

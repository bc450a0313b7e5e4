import { useEffect } from 'react';
import { useUpdateSettings, useViewer } from '../shared/api/viewer.ts';
import { ownTimeZone } from '../shared/i18n/own-time-zone.ts';
import { readLocal, writeLocal } from '../shared/local-storage/local-storage.ts';

/**
 * Sets the time zone of a new user to that of the browser, once. Until then, the default is the time zone of the server's
 * machine. A user who already has photos keeps the current time zone, because the times of these photos depend on it.
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

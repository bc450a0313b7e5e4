import { ImageUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAnnouncements } from './use-announcements.ts';
import { useArrivals } from '../choose/use-drop-and-paste.ts';
import { useLibraryRefresh } from './use-library-refresh.ts';
import styles from './upload-dock.module.css';

/** Stands in every view: takes what is dropped or pasted anywhere, and says how it goes. */
export function UploadDock() {
  const { t } = useTranslation('upload');
  const isDraggedOver = useArrivals();
  useAnnouncements();
  useLibraryRefresh();
  if (!isDraggedOver) return null;
  return (
    <div className={styles['zone']}>
      <div className={styles['frame']}>
        <ImageUp aria-hidden />
        <p>{t('dropNow')}</p>
      </div>
    </div>
  );
}

import { ImageUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAnnouncements } from './use-announcements.ts';
import { useDropAndPaste } from '../choose/use-drop-and-paste.ts';
import { useLibraryRefresh } from './use-library-refresh.ts';
import styles from './upload-dock.module.css';

/** Part of every page: accepts dropped and pasted files, and announces the progress of uploads. */
export function UploadDock() {
  const { t } = useTranslation('upload');
  const isDraggedOver = useDropAndPaste();
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

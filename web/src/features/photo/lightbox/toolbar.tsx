import { ArchiveRestore, ArrowLeft, Download, Heart, Info, Lock, LockOpen, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../../shared/ui/class-names.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { toggleFavorite, togglePrivate } from '../photo-actions.ts';
import type { ShownPhoto } from '../photo-queries.ts';
import styles from './toolbar.module.css';

export interface ToolbarProps {
  photo: ShownPhoto;
  isPanelOpen: boolean;
  onBack: () => void;
  /** Moves the photo to the trash, or restores it if it is in the trash. */
  onDiscard: () => void;
  onTogglePanel: () => void;
}

/** The actions for the photo, over its upper edge. */
export function Toolbar({ photo, isPanelOpen, onBack, onDiscard, onTogglePanel }: ToolbarProps) {
  const { t } = useTranslation('photo');
  const { isFavorite, isPrivate, originalUrl, filename } = photo;
  const isTrashed = photo.trashedAt !== null;
  return (
    <div role="group" aria-label={t('actions')} className={styles['toolbar']}>
      <IconButton label={t('back')} onPress={onBack}>
        <ArrowLeft />
      </IconButton>
      <span className={styles['space']}>
        {isTrashed && <span className={styles['note']}>{t('inTrash')}</span>}
      </span>
      <div className={styles['actions']}>
        {!isTrashed && (
          <>
            <span className={classNames(isFavorite && styles['filled'])}>
              <IconButton label={t('favorite')} isOn={isFavorite} onPress={() => void toggleFavorite(photo)}>
                <Heart />
              </IconButton>
            </span>
            <IconButton label={t('private')} isOn={isPrivate} onPress={() => void togglePrivate(photo)}>
              {isPrivate ? <Lock /> : <LockOpen />}
            </IconButton>
          </>
        )}
        <a
          className={styles['link']}
          href={originalUrl}
          download={filename}
          aria-label={t('download')}
          title={t('download')}
        >
          <Download aria-hidden />
        </a>
        <IconButton label={t(isTrashed ? 'restore' : 'trash')} onPress={onDiscard}>
          {isTrashed ? <ArchiveRestore /> : <Trash2 />}
        </IconButton>
        <IconButton label={t('info')} isOn={isPanelOpen} onPress={onTogglePanel}>
          <Info />
        </IconButton>
      </div>
    </div>
  );
}

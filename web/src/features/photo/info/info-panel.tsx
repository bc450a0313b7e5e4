import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../shared/ui/button.tsx';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Skeleton } from '../../../shared/ui/skeleton.tsx';
import { Facts } from './facts.tsx';
import styles from './info-panel.module.css';
import { MetadataTable } from './metadata-table.tsx';
import { photoDetailsQuery } from '../photo-queries.ts';
import { TagsEdit } from './tags-edit.tsx';
import { offsetMinutes, offsetText } from './taken-at.ts';
import { TextEdit } from './text-edit.tsx';
import { usePhotoEdits } from './use-photo-edits.ts';
import type { PhotoDetails } from '../photo-queries.ts';

export interface InfoPanelProps {
  id: string;
  onClose: () => void;
}

/** The details of the photo, beside it, or below it on a phone. */
export default function InfoPanel({ id, onClose }: InfoPanelProps) {
  const { t } = useTranslation('photo');
  const { data: photo } = useQuery(photoDetailsQuery(id));
  return (
    <aside className={styles['panel']} aria-label={t('info')}>
      <header className={styles['head']}>
        <h2 className={styles['title']}>{t('info')}</h2>
        <IconButton label={t('closeInfo')} onPress={onClose}>
          <X />
        </IconButton>
      </header>
      {photo ? <Details key={photo.id} photo={photo} /> : <Skeleton height="12em" />}
    </aside>
  );
}

function Details({ photo }: { photo: PhotoDetails }) {
  const { t } = useTranslation('photo');
  const edits = usePhotoEdits(photo);
  const offset = offsetText(offsetMinutes(photo.takenAt, photo.takenAtLocal));
  return (
    <div className={styles['details']}>
      <TextEdit
        label={t('photoTitle')}
        value={photo.title ?? ''}
        placeholder={t('addTitle')}
        onSave={edits.title}
      />
      <TextEdit
        label={t('description')}
        value={photo.description ?? ''}
        placeholder={t('addDescription')}
        lines={3}
        onSave={edits.description}
      />
      <TagsEdit tags={photo.tags} onAdd={edits.addTag} onRemove={edits.removeTag} />
      <div className={styles['date']}>
        <TextEdit
          label={t('takenAt')}
          type="datetime-local"
          value={photo.takenAtLocal.slice(0, 19)}
          hint={t('offset', { offset })}
          onSave={edits.takenAt}
        />
        <Button variant="quiet" onPress={() => void edits.takenAtOfFile()}>
          {t('takenAtOfFile')}
        </Button>
      </div>
      <Facts photo={photo} />
      <MetadataTable photo={photo} />
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';
import { shownPhotoQuery } from './photo-queries.ts';
import { Viewer } from './viewer.tsx';
import styles from './viewer.module.css';

export interface PhotoPageProps {
  id: string;
}

export default function PhotoPage({ id }: PhotoPageProps) {
  const { data: photo } = useQuery(shownPhotoQuery(id));
  return photo === null ? <Gone /> : <Viewer id={id} photo={photo} />;
}

/** An address of a photo that was deleted, was never there, or is somebody else's: nobody is told which. */
function Gone() {
  const { t } = useTranslation('photo');
  return (
    <Page title={t('gone')}>
      <div className={styles['gone']}>
        <p>{t('goneAdvice')}</p>
        <TextLink to="/gallery" look="button">
          {t('toGallery')}
        </TextLink>
      </div>
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { ImageOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../shared/ui/empty.tsx';
import { usePageTitle } from '../../shared/ui/page.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';
import { shownPhotoQuery } from './photo-queries.ts';
import { Viewer } from './lightbox/lightbox.tsx';

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
  usePageTitle(t('gone'));
  return (
    <Empty icon={<ImageOff />} title={t('gone')} heading="h1" text={t('goneAdvice')}>
      <TextLink to="/gallery" look="button">
        {t('toGallery')}
      </TextLink>
    </Empty>
  );
}

import { useQuery } from '@tanstack/react-query';
import { ImageOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';
import { PATHS } from '../../shared/addresses.ts';
import { Empty } from '../../shared/ui/empty.tsx';
import { usePageTitle } from '../../shared/ui/page.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';
import { shownPhotoQuery } from './photo-queries.ts';
import { Lightbox } from './lightbox/lightbox.tsx';

/** The page of the photo whose id is in the address. */
export default function PhotoPage() {
  const { id } = useParams<typeof PATHS.photo>();
  const { data: photo } = useQuery(shownPhotoQuery(id));
  return photo === null ? <Gone /> : <Lightbox id={id} photo={photo} />;
}

/** Shown if the photo was deleted, never existed or belongs to another user. The service does not reveal which. */
function Gone() {
  const { t } = useTranslation('photo');
  usePageTitle(t('gone'));
  return (
    <Empty icon={<ImageOff />} title={t('gone')} heading="h1" text={t('goneAdvice')}>
      <TextLink to={PATHS.gallery} variant="button">
        {t('toGallery')}
      </TextLink>
    </Empty>
  );
}

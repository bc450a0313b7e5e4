import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export default function GalleryPage() {
  const { t } = useTranslation('gallery');
  return <Page title={t('title')} />;
}

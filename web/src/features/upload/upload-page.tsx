import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export default function UploadPage() {
  const { t } = useTranslation('upload');
  return <Page title={t('title')} />;
}

import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export default function SearchPage() {
  const { t } = useTranslation('search');
  return <Page title={t('title')} />;
}

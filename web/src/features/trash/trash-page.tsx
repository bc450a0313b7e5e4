import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export default function TrashPage() {
  const { t } = useTranslation('trash');
  return <Page title={t('title')} />;
}

import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export default function SettingsPage() {
  const { t } = useTranslation('settings');
  return <Page title={t('title')} />;
}

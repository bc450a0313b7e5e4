import { useTranslation } from 'react-i18next';
import { Page } from '../../shared/ui/page.tsx';

export interface PhotoPageProps {
  id: string;
}

export default function PhotoPage({ id }: PhotoPageProps) {
  const { t } = useTranslation('photo');
  return (
    <Page title={t('title')}>
      <p>{id}</p>
    </Page>
  );
}

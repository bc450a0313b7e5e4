import { useTranslation } from 'react-i18next';
import { Page } from '../shared/ui/page.tsx';
import { TextLink } from '../shared/ui/text-link.tsx';

/** An address that shows nothing. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound')}>
      <p>{t('notFoundAdvice')}</p>
      <p>
        <TextLink to="/gallery">{t('toGallery')}</TextLink>
      </p>
    </Page>
  );
}

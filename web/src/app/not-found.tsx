import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../shared/addresses.ts';
import { Empty } from '../shared/ui/empty.tsx';
import { usePageTitle } from '../shared/ui/page.tsx';
import { TextLink } from '../shared/ui/text-link.tsx';

/** The view for an address without a page. */
export function NotFound() {
  const { t } = useTranslation();
  usePageTitle(t('notFound'));
  return (
    <Empty icon={<Compass />} title={t('notFound')} heading="h1" text={t('notFoundAdvice')}>
      <TextLink to={PATHS.gallery} variant="button">
        {t('toGallery')}
      </TextLink>
    </Empty>
  );
}

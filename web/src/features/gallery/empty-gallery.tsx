import { Images, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { Empty } from '../../shared/ui/empty.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';

/** Shown if there are no photos: a link to the upload page, or one that clears the filters. */
export function EmptyGallery({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('gallery');
  return (
    <Empty
      icon={isFiltered ? <SearchX /> : <Images />}
      title={t(isFiltered ? 'noMatch' : 'empty')}
      text={t(isFiltered ? 'noMatchAdvice' : 'emptyAdvice')}
    >
      <TextLink to={isFiltered ? PATHS.gallery : PATHS.upload} variant="button">
        {t(isFiltered ? 'filter.clear' : 'upload')}
      </TextLink>
    </Empty>
  );
}

import { Images, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { Empty } from '../../shared/ui/empty.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';

/** Where there is nothing to show: how to begin, or to widen what is asked for. */
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

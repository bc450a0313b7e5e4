import { useTranslation } from 'react-i18next';
import { TextLink } from '../../shared/ui/text-link.tsx';
import styles from './gallery-page.module.css';

/** Where there is nothing to show: how to begin, or to widen what is asked for. */
export function EmptyGallery({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('gallery');
  return (
    <div className={styles['empty']}>
      <h2>{t(isFiltered ? 'noMatch' : 'empty')}</h2>
      <p>{t(isFiltered ? 'noMatchAdvice' : 'emptyAdvice')}</p>
      <TextLink to={isFiltered ? '/gallery' : '/upload'} look="button">
        {t(isFiltered ? 'filter.clear' : 'upload')}
      </TextLink>
    </div>
  );
}

import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useServerInfo } from '../../shared/api/viewer.ts';
import { TextLink } from '../../shared/ui/text-link.tsx';
import styles from './trash.module.css';

/** Nothing was thrown away. */
export function EmptyTrash() {
  const { t } = useTranslation('trash');
  const trashDays = useServerInfo()?.trashDays;
  return (
    <div className={styles['nothing']}>
      <Trash2 aria-hidden />
      <h2>{t('nothing')}</h2>
      <p>{trashDays !== undefined && t('nothingAdvice', { count: trashDays })}</p>
      <TextLink to="/gallery" look="button">
        {t('toGallery')}
      </TextLink>
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import styles from './waiting.module.css';

/** While a view's code is on its way; shown only where that takes long enough to be noticed. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <div className={styles['waiting']} role="status" data-waiting>
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import styles from './waiting.module.css';

/** While a view's code is on its way; shown only where that takes long enough to be noticed. */
export function Waiting({ isTall }: { isTall: boolean }) {
  const { t } = useTranslation();
  const waiting = (
    <div className={styles['waiting']} role="status">
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  );
  return isTall ? <div className={styles['tall']}>{waiting}</div> : waiting;
}

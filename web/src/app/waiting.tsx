import { useTranslation } from 'react-i18next';
import styles from './waiting.module.css';

/** Shown while the code of a view is loaded, if that takes long enough to be noticed. */
export function Waiting({ isTall }: { isTall: boolean }) {
  const { t } = useTranslation();
  const waiting = (
    <div className={styles['waiting']} role="status">
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  );
  return isTall ? <div className={styles['tall']}>{waiting}</div> : waiting;
}

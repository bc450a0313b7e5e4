import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { PATHS } from '../shared/addresses.ts';
import { storageShare } from '../shared/api/storage-share.ts';
import { useViewer } from '../shared/api/viewer.ts';
import { useFormat } from '../shared/i18n/format.ts';
import styles from './storage-meter.module.css';

/** The used storage, with a bar if there is a quota. */
export function StorageMeter() {
  const { t } = useTranslation();
  const format = useFormat();
  const storage = useViewer()?.storage;
  if (!storage) return <div className={styles['meter']} />;
  const { usedBytes, quotaBytes, photoCount } = storage;
  const used = format.bytes(usedBytes);
  const text =
    quotaBytes === null
      ? t('storage.used', { used })
      : t('storage.usedOf', { used, quota: format.bytes(quotaBytes) });
  const { share, isNearlyFull } = storageShare(storage);
  return (
    <Link
      href={PATHS.settings}
      className={styles['meter'] ?? ''}
      title={t('storage.photos', { count: photoCount })}
      aria-label={`${t('storage.label')}: ${text}`}
    >
      <span className={styles['text']}>{text}</span>
      {share !== null && (
        <svg className={styles['bar'] ?? ''} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
          <rect width="100" height="4" className={styles['track']} />
          <rect
            width={Math.min(share, 1) * 100}
            height="4"
            className={isNearlyFull ? styles['full'] : styles['used']}
          />
        </svg>
      )}
    </Link>
  );
}

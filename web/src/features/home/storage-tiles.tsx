import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { storageShare } from '../../shared/api/storage-share.ts';
import { useViewer } from '../../shared/api/viewer.ts';
import { useFormat } from '../../shared/i18n/format.ts';
import { Progress } from '../../shared/ui/progress.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';
import pageStyles from './home-page.module.css';
import styles from './storage-tiles.module.css';

/** The number of photos, the used storage, and the number of photos in the trash. */
export function StorageTiles() {
  const { t } = useTranslation('home');
  const format = useFormat();
  const storage = useViewer()?.storage;
  if (!storage) return null;
  const { photoCount, trashedCount, usedBytes, quotaBytes } = storage;
  const { share, isNearlyFull } = storageShare(storage);
  return (
    <section aria-labelledby="storage" className={pageStyles['section']}>
      <h2 id="storage" className={pageStyles['heading']}>
        {t('library')}
      </h2>
      <dl className={styles['tiles']}>
        <div className={styles['tile']}>
          <dt>{t('photos')}</dt>
          <dd>{t('photoCount', { count: photoCount })}</dd>
        </div>
        <div className={styles['tile']}>
          <dt>{t('storage')}</dt>
          <dd>{format.bytes(usedBytes)}</dd>
          {quotaBytes !== null && share !== null && (
            <dd className={styles['more']}>
              {t('ofQuota', { quota: format.bytes(quotaBytes), share: format.percent(share) })}
              <Progress
                label={t('storage')}
                value={share}
                valueText={format.percent(share)}
                tone={isNearlyFull ? 'danger' : 'accent'}
              />
            </dd>
          )}
        </div>
        <div className={styles['tile']}>
          <dt>{t('trash')}</dt>
          <dd>{t('photoCount', { count: trashedCount })}</dd>
          {trashedCount > 0 && (
            <dd className={styles['more']}>
              <TextLink to={PATHS.trash}>{t('openTrash')}</TextLink>
            </dd>
          )}
        </div>
      </dl>
    </section>
  );
}

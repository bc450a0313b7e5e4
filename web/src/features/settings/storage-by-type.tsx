import { queryOptions, useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { filteredGalleryAddress } from '../../shared/addresses.ts';
import { lazyView } from '../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { execute } from '../../shared/api/execute.ts';
import { StorageByTypeDocument } from '../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../shared/api/query-client.ts';
import { storageShare } from '../../shared/api/storage-share.ts';
import type { Viewer } from '../../shared/api/viewer.ts';
import { useFormat } from '../../shared/i18n/format.ts';
import { typeName } from '../../shared/photos/type-name.ts';
import { FiguresTable } from '../../shared/plots/figures-table.tsx';
import { Progress } from '../../shared/ui/progress.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import styles from './storage-by-type.module.css';

const BarsPlot = lazyView(() => import('../../shared/plots/bars-plot.tsx'));

const typesQuery = queryOptions({
  queryKey: [LIBRARY, 'types'],
  queryFn: async ({ signal }) => (await execute(StorageByTypeDocument, {}, { signal })).stats.byContentType,
});

/** The storage usage: the total, and a chart and a table by file type. */
export function StorageByType({ storage }: { storage: Viewer['storage'] }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const { data: types } = useQuery(typesQuery);
  const { usedBytes, quotaBytes, photoCount, trashedCount } = storage;
  const { share, isNearlyFull } = storageShare(storage);
  const bars = types?.toSorted((a, b) => b.bytes - a.bytes) ?? [];
  return (
    <div className={styles['storage']}>
      <div>
        <p className={styles['used']}>
          {quotaBytes === null
            ? t('storage.used', { used: format.bytes(usedBytes) })
            : t('storage.usedOf', { used: format.bytes(usedBytes), quota: format.bytes(quotaBytes) })}
        </p>
        <p className={styles['note']}>
          {t('storage.counts', {
            photos: t('photos', { count: photoCount }),
            trashed: t('photos', { count: trashedCount }),
          })}
        </p>
      </div>
      {share !== null && (
        <Progress
          label={t('storage.title')}
          value={share}
          valueText={format.percent(share)}
          tone={isNearlyFull ? 'danger' : 'accent'}
        />
      )}
      {!types && <Skeleton height="140px" />}
      {bars.length > 0 && (
        <>
          <Suspense fallback={<Skeleton height="140px" />}>
            <BarsPlot
              label={t('storage.plot')}
              bars={bars.map(({ name, bytes }) => ({
                name: typeName(name),
                value: bytes,
                text: format.bytes(bytes),
                href: filteredGalleryAddress({ type: name }),
              }))}
            />
          </Suspense>
          <FiguresTable
            caption={t('storage.byType')}
            columns={[t('storage.type'), t('storage.photos'), t('storage.size')]}
            rows={bars.map(({ name, photos, bytes }) => ({
              key: name,
              href: filteredGalleryAddress({ type: name }),
              cells: [typeName(name), format.number(photos), format.bytes(bytes)],
            }))}
          />
        </>
      )}
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { filteredGalleryAddress } from '../../shared/addresses.ts';
import { lazyView } from '../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/i18n/format.ts';
import { FiguresTable } from '../../shared/plots/figures-table.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import styles from './figures.module.css';
import pageStyles from './home-page.module.css';
import { figuresQuery } from './home-queries.ts';
import { everyMonth, monthAddress } from './monthly.ts';

const ColumnsPlot = lazyView(() => import('../../shared/plots/columns-plot.tsx'));
const BarsPlot = lazyView(() => import('../../shared/plots/bars-plot.tsx'));

const MAX_BARS = 6;

/** The number of photos by month and by camera, as charts and as tables. */
export function Figures() {
  const { t } = useTranslation('home');
  const format = useFormat();
  const { data: stats } = useQuery(figuresQuery);
  if (!stats) return <Skeleton height="320px" />;
  const months = everyMonth(stats.byMonth);
  const count = (photos: number) => t('photoCount', { count: photos });
  // Labels each of up to 12 months. For a longer period, labels only the Januaries, with their year.
  const tickOf = (month: string) => {
    if (months.length <= 12) return format.monthShort(month);
    return month.endsWith('-01') ? month.slice(0, 4) : undefined;
  };
  return (
    <div className={styles['figures']}>
      <section aria-labelledby="by-month" className={pageStyles['section']}>
        <h2 id="by-month" className={pageStyles['heading']}>
          {t('byMonth')}
        </h2>
        <Suspense fallback={<Skeleton height="200px" />}>
          <ColumnsPlot
            label={t('byMonthPlot')}
            formatValue={(value) => format.number(value)}
            columns={months.map(({ month, photos }) => ({
              key: month,
              value: photos,
              hint: `${format.month(month)}: ${count(photos)}`,
              tick: tickOf(month),
              href: photos > 0 ? monthAddress(month) : undefined,
            }))}
          />
        </Suspense>
        <FiguresTable
          caption={t('byMonth')}
          columns={[t('month'), t('count'), t('size')]}
          rows={stats.byMonth
            .toSorted((a, b) => b.month.localeCompare(a.month))
            .map(({ month, photos, bytes }) => ({
              key: month,
              href: monthAddress(month),
              cells: [format.month(month), format.number(photos), format.bytes(bytes)],
            }))}
        />
      </section>
      {stats.byCamera.length > 0 && (
        <section aria-labelledby="by-camera" className={pageStyles['section']}>
          <h2 id="by-camera" className={pageStyles['heading']}>
            {t('byCamera')}
          </h2>
          <Suspense fallback={<Skeleton height="200px" />}>
            <BarsPlot
              label={t('byCameraPlot')}
              bars={stats.byCamera
                .toSorted((a, b) => b.photos - a.photos)
                .slice(0, MAX_BARS)
                .map(({ name, photos }) => ({
                  name,
                  value: photos,
                  text: count(photos),
                  href: filteredGalleryAddress({ camera: name }),
                }))}
            />
          </Suspense>
          <FiguresTable
            caption={t('byCamera')}
            columns={[t('camera'), t('count'), t('size')]}
            rows={stats.byCamera
              .toSorted((a, b) => b.photos - a.photos)
              .map(({ name, photos, bytes }) => ({
                key: name,
                href: filteredGalleryAddress({ camera: name }),
                cells: [name, format.number(photos), format.bytes(bytes)],
              }))}
          />
        </section>
      )}
    </div>
  );
}

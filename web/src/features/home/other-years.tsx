import { useQueries, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { useViewer } from '../../shared/api/viewer.ts';
import { useFormat } from '../../shared/i18n/format.ts';
import { PhotoRows } from '../../shared/photos/pictures/photo-rows.tsx';
import { timelineQuery } from '../../shared/photos/timeline.ts';
import { dayQuery } from './home-queries.ts';
import pageStyles from './home-page.module.css';
import { sameDays, today } from './on-this-day.ts';
import styles from './other-years.module.css';

/** Photos taken on this day in earlier years. Renders nothing if there are none. */
export function OtherYears() {
  const { t } = useTranslation('home');
  const format = useFormat();
  const timeZone = useViewer()?.settings.timeZone;
  const { data: timeline } = useQuery(timelineQuery({}));
  const date = today(timeZone);
  const days =
    timeline && timeZone !== undefined
      ? sameDays(
          date,
          timeline.map(({ month }) => month),
        )
      : [];
  const queries = useQueries({ queries: days.map((day) => dayQuery(day)) });
  const years = days.flatMap((day, at) => {
    const photos = queries[at]?.data?.nodes ?? [];
    return photos.length > 0 ? [{ ...day, photos }] : [];
  });
  if (years.length === 0) return null;
  return (
    <section aria-labelledby="other-years" className={pageStyles['section']}>
      <h2 id="other-years" className={pageStyles['heading']}>
        {t('onThisDay')}
      </h2>
      <div className={styles['years']}>
        {years.map(({ year, from, photos }) => (
          <div key={year} className={styles['year']}>
            <h3 className={styles['name']}>
              <span className={styles['ago']}>
                {t('yearsAgo', { count: Number(date.slice(0, 4)) - year })}
              </span>{' '}
              <span className={styles['date']}>{format.localDay(from, { year: true })}</span>
            </h3>
            <PhotoRows photos={photos} from={PATHS.home} maxRows={1} />
          </div>
        ))}
      </div>
    </section>
  );
}

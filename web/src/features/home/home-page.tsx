import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { PhotoRows } from '../../shared/photos/pictures/photo-rows.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import { TextLink } from '../../shared/ui/text-link.tsx';
import { Figures } from './figures.tsx';
import { GetStarted } from './get-started.tsx';
import { recentQuery } from './home-queries.ts';
import styles from './home-page.module.css';
import { OtherYears } from './other-years.tsx';
import { StorageTiles } from './storage-tiles.tsx';

/** The latest photos, photos of this day in other years, and statistics. If the library is empty, how to add photos. */
export default function HomePage() {
  const { t } = useTranslation('home');
  const { data: recent } = useQuery(recentQuery);
  if (recent?.totalCount === 0)
    return (
      <Page title={t('title')}>
        <GetStarted />
      </Page>
    );
  return (
    <Page title={t('title')} width="broad">
      <div className={styles['sections']}>
        <section aria-labelledby="recent" className={styles['section']}>
          <div className={styles['head']}>
            <h2 id="recent" className={styles['heading']}>
              {t('recent')}
            </h2>
            {recent && <TextLink to={PATHS.gallery}>{t('all', { count: recent.totalCount })}</TextLink>}
          </div>
          {recent ? (
            <PhotoRows photos={recent.nodes} from={PATHS.home} maxRows={2} />
          ) : (
            <Skeleton height="240px" />
          )}
        </section>
        <OtherYears />
        <StorageTiles />
        <Figures />
      </div>
    </Page>
  );
}

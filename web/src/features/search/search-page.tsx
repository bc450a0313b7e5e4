import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { useViewer } from '../../shared/api/viewer.ts';
import { announce } from '../../shared/ui/live-region.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import { NothingFound } from './nothing-found.tsx';
import { rememberSearch } from './recent-searches.ts';
import { Results } from './results.tsx';
import { loadMore, searchQuery } from './search-queries.ts';
import styles from './search-page.module.css';
import { Suggestions } from './suggestions.tsx';

/** A search is stored as a recent search when its results have been shown for this time. */
const SETTLED_MS = 1_500;

/** The photos that match the query in the address. Without a query, recent searches and tags. */
export default function SearchPage() {
  const { t } = useTranslation('search');
  const [parameters] = useSearchParams();
  const words = (parameters.get('q') ?? '').trim();
  const pageSize = useViewer()?.settings.pageSize;
  const search = useInfiniteQuery({
    ...searchQuery(words, pageSize ?? 0),
    enabled: words !== '' && pageSize !== undefined,
  });
  const first = search.data?.pages[0];
  const total = first?.totalCount;
  const found = first?.totalCountIsExact === false ? 'foundMore' : 'found';
  const settled = !search.isPlaceholderData && total !== undefined ? total : null;
  useEffect(() => {
    if (words === '' || settled === null) return undefined;
    announce(t(found, { count: settled }));
    if (settled === 0) return undefined;
    const timer = setTimeout(() => rememberSearch(words), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [words, settled, found, t]);
  const shown = useDeferredValue(search.data);
  const photos = shown?.pages.flatMap(({ nodes }) => nodes) ?? [];
  const loaded = photos.length + (search.hasNextPage ? 1 : 0);

  if (words === '')
    return (
      <Page title={t('title')}>
        <Suggestions />
      </Page>
    );
  return (
    <Page title={t('titleOf', { words })} width="wide">
      {total === undefined || !shown ? (
        <Skeleton height="320px" />
      ) : (
        <div className={styles['results']} aria-busy={search.isPlaceholderData}>
          {total > 0 && <p className={styles['count']}>{t(found, { count: total })}</p>}
          {total === 0 ? (
            <NothingFound words={words} />
          ) : (
            <Results
              words={words}
              // A count that stopped early grows with the pages that are loaded.
              total={first?.totalCountIsExact === false ? Math.max(total, loaded) : total}
              photos={photos}
              onNearEnd={() => {
                if (search.hasNextPage && !search.isFetching) void search.fetchNextPage();
              }}
              loadMore={() => loadMore(words, pageSize ?? 0)}
            />
          )}
        </div>
      )}
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { lazyView } from '../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import { Selection, useSelectedCount } from '../../shared/photos/selection.ts';
import { timelineQuery } from '../../shared/photos/timeline.ts';
import { Page } from '../../shared/ui/page.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import { EmptyGallery } from './empty-gallery.tsx';
import { FilterBar } from './filters/filter-bar.tsx';
import { ViewBar } from './filters/view-bar.tsx';
import {
  filterOf,
  galleryAddress,
  type GalleryState,
  isFiltered,
  isTimeline,
  readGallery,
} from './filters/gallery-address.ts';
import styles from './gallery-page.module.css';
import { PagedPhotos } from './list/paged-photos.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { TimelineOrder } from './timeline/timeline-order.ts';
import { useGalleryShortcuts } from './selection/gallery-shortcuts.ts';

const SelectionBar = lazyView(() => import('./selection/selection-bar.tsx'));

/** All photos, as a timeline or as pages in another order. The address contains the filters and the order. */
export default function GalleryPage() {
  const { t } = useTranslation('gallery');
  const [, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const state = useMemo(() => readGallery(parameters), [parameters]);
  const address = galleryAddress(state);
  const filter = useMemo(() => filterOf(state), [state]);
  const selection = useSelection(address);
  const { data: months } = useQuery(timelineQuery(filter));
  const order = useMemo(
    () => months && new TimelineOrder(months, filter, address),
    [months, filter, address],
  );
  useGalleryShortcuts(selection, order);
  const count = months?.reduce((sum, month) => sum + month.count, 0);
  const change = (patch: Partial<GalleryState>) =>
    navigate(galleryAddress({ ...state, after: null, before: null, ...patch }));
  const byMonth = isTimeline(state);
  const selecting = useSelectedCount(selection) > 0;
  return (
    <div data-selecting={selecting || undefined} className={order ? undefined : styles['waiting']}>
      <Page
        title={t('title')}
        width="wide"
        actions={
          <>
            <p className={styles['count']}>{count ? t('count', { count }) : ''}</p>
            {/* An empty library needs no filters. */}
            {(count !== 0 || isFiltered(state)) && (
              <>
                <FilterBar state={state} onChange={change} />
                <ViewBar state={state} onChange={change} />
              </>
            )}
          </>
        }
      >
        {!months && <Skeleton height="70vh" />}
        {count === 0 && <EmptyGallery isFiltered={isFiltered(state)} />}
        {order && count !== 0 && byMonth && <Timeline key={address} order={order} selection={selection} />}
        {count !== 0 && !byMonth && (
          <PagedPhotos state={state} filter={filter} selection={selection} onChange={change} />
        )}
        {selecting && (
          <Suspense>
            <SelectionBar selection={selection} />
          </Suspense>
        )}
      </Page>
    </div>
  );
}

/** Returns the selection of the gallery. It is cleared when the address changes. */
function useSelection(address: string): Selection {
  const [selection] = useState(() => new Selection());
  useEffect(() => () => selection.clear(), [selection, address]);
  return selection;
}

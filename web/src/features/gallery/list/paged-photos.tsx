import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { photoAddress } from '../../../shared/addresses.ts';
import { execute } from '../../../shared/api/execute.ts';
import {
  GalleryPageDocument,
  type GalleryPageQuery,
  type PhotoFilter,
} from '../../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../../shared/api/query-client.ts';
import { useUpdateSettings, useViewer } from '../../../shared/api/viewer.ts';
import { applyChangesTo } from '../../../shared/photos/changes/library-cache.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { listSequence, setPhotoSequence } from '../../../shared/photos/sequence.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Select } from '../../../shared/ui/select.tsx';
import { galleryAddress, type GalleryState, SORT_ORDERS } from '../filters/gallery-address.ts';
import styles from './paged-photos.module.css';
import { PhotoCards } from './photo-cards.tsx';
import { PhotoTable } from './photo-table.tsx';

const SIZES = [25, 50, 100, 200];

export interface PagedPhotosProps {
  state: GalleryState;
  filter: PhotoFilter;
  selection: Selection;
  onChange: (patch: Partial<GalleryState>) => void;
}

/** The photos in pages, in any order, as a table or as cards. */
export function PagedPhotos({ state, filter, selection, onChange }: PagedPhotosProps) {
  const { t } = useTranslation('gallery');
  const [, navigate] = useLocation();
  const size = useViewer()?.settings.pageSize ?? 50;
  const { mutate: updateSettings } = useUpdateSettings();
  const page = state.before ? { last: size, before: state.before } : { first: size, after: state.after };
  const { data } = useQuery({
    queryKey: [LIBRARY, 'page', filter, state.sortOrder, page],
    queryFn: ({ signal }) =>
      execute(GalleryPageDocument, { filter, orderBy: SORT_ORDERS[state.sortOrder], ...page }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (!data) return null;
  const { nodes, pageInfo } = data.photos;
  const open = (id: string) => {
    setPhotoSequence(
      listSequence(
        galleryAddress(state),
        nodes.map((photo) => photo.id),
      ),
    );
    navigate(photoAddress(id));
  };
  const goToPage = (patch: Partial<GalleryState>) => {
    onChange(patch);
    window.scrollTo(0, 0);
  };
  const List = state.view === 'list' ? PhotoTable : PhotoCards;
  const sizes = SIZES.includes(size) ? SIZES : [size, ...SIZES];
  return (
    <>
      <List photos={nodes} selection={selection} onOpen={open} />
      <nav className={styles['pages']} aria-label={t('pages')}>
        <Select
          label={t('pageSize')}
          variant="bare"
          value={String(size)}
          options={sizes.map((count) => ({ value: String(count), label: t('perPage', { count }) }))}
          onChange={(value) => updateSettings({ pageSize: Number(value) })}
        />
        <IconButton
          label={t('previous')}
          isDisabled={!pageInfo.hasPreviousPage}
          onPress={() => goToPage({ before: pageInfo.startCursor })}
        >
          <ChevronLeft />
        </IconButton>
        <IconButton
          label={t('next')}
          isDisabled={!pageInfo.hasNextPage}
          onPress={() => goToPage({ after: pageInfo.endCursor })}
        >
          <ChevronRight />
        </IconButton>
      </nav>
    </>
  );
}

applyChangesTo<GalleryPageQuery>('page', (page, { ids, patch, removed = false }) => {
  const nodes = page.photos.nodes
    .filter(({ id }) => !removed || !ids.has(id))
    .map((photo) =>
      ids.has(photo.id) && patch?.isFavorite != null ? { ...photo, isFavorite: patch.isFavorite } : photo,
    );
  return { photos: { ...page.photos, nodes } };
});

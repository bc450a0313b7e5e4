import { useInfiniteQuery } from '@tanstack/react-query';
import { ArchiveRestore, CheckCheck, Trash2, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PATHS } from '../../shared/addresses.ts';
import { useServerInfo } from '../../shared/api/viewer.ts';
import { restorePhotos } from '../../shared/photos/changes/actions.ts';
import { useSelectedCount } from '../../shared/photos/selection.ts';
import { listSequence, setPhotoSequence } from '../../shared/photos/sequence.ts';
import { Button } from '../../shared/ui/button.tsx';
import { classNames } from '../../shared/ui/class-names.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { showToast } from '../../shared/ui/toast.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { EmptyTrash } from './empty-trash.tsx';
import { TrashGrid } from './trash-grid.tsx';
import { allTrashedIds, trashQuery } from './trash-queries.ts';
import { useSelection } from './use-selection.ts';
import { useTrashShortcuts } from './trash-shortcuts.ts';
import styles from './trash.module.css';

/** The photos in the trash, with actions to restore them or to delete them permanently. */
export default function TrashPage() {
  const { t } = useTranslation('trash');
  const trashDays = useServerInfo()?.trashDays;
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(trashQuery);
  const photos = useMemo(() => data?.pages.flatMap(({ nodes }) => nodes) ?? [], [data]);
  const order = useMemo(() => photos.map(({ id }) => id), [photos]);
  const { selection, toggle } = useSelection(order);
  const selectedCount = useSelectedCount(selection);
  // The ids of the photos in the confirmation dialog.
  const [idsToDelete, setIdsToDelete] = useState<readonly string[]>();
  const total = data?.pages[0]?.totalCount ?? 0;

  useEffect(() => setPhotoSequence(listSequence(PATHS.trash, order)), [order]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  /** Calls back with the ids of all photos in the trash, including those that are not loaded. */
  const withAll = async (callback: (ids: string[]) => void) => {
    try {
      callback(await allTrashedIds());
    } catch {
      showToast({ text: t('listFailed'), tone: 'danger' });
    }
  };
  const restore = () => {
    const ids = selection.ids();
    selection.clear();
    void restorePhotos(ids);
  };
  const selectAll = () => void withAll((ids) => selection.add(ids));
  const confirmDelete = () => setIdsToDelete(selection.ids());
  const clear = () => selection.clear();
  useTrashShortcuts({
    hasSelection: selectedCount > 0,
    selectAll,
    clear,
    restore,
    confirmDelete,
  });
  return (
    <Page
      title={t('title')}
      width="wide"
      actions={
        total > 0 && (
          <Button icon={<Trash2 />} onPress={() => void withAll(setIdsToDelete)}>
            {t('empty')}
          </Button>
        )
      }
    >
      {data !== undefined && total === 0 && <EmptyTrash />}
      {total > 0 && (
        <>
          <p className={styles['about']}>{trashDays !== undefined && t('about', { count: trashDays })}</p>
          <div
            className={classNames(styles['bar'], selectedCount > 0 && styles['hasSelection'])}
            role="group"
            aria-label={t('selection')}
          >
            {selectedCount > 0 && (
              <IconButton label={t('clear')} onPress={clear}>
                <X />
              </IconButton>
            )}
            <span className={styles['count']} aria-live="polite">
              {selectedCount > 0 ? t('selected', { count: selectedCount }) : t('photos', { count: total })}
            </span>
            {selectedCount < total && (
              <Button variant="quiet" icon={<CheckCheck />} onPress={selectAll}>
                {t('selectAll')}
              </Button>
            )}
            {selectedCount > 0 && (
              <>
                <Button icon={<ArchiveRestore />} onPress={restore}>
                  {t('restore')}
                </Button>
                <Button variant="danger" icon={<Trash2 />} onPress={confirmDelete}>
                  {t('delete')}
                </Button>
              </>
            )}
          </div>
          <TrashGrid photos={photos} selection={selection} onToggle={toggle} onNearEnd={loadMore} />
        </>
      )}
      {idsToDelete !== undefined && idsToDelete.length > 0 && (
        <DeleteDialog
          ids={idsToDelete}
          onClose={() => setIdsToDelete(undefined)}
          onDone={() => {
            setIdsToDelete(undefined);
            selection.clear();
          }}
        />
      )}
    </Page>
  );
}

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { lazyView } from '../../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { restorePhotos, trashPhotos } from '../../../shared/photos/changes/actions.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { announce } from '../../../shared/ui/live-region.tsx';
import { usePageTitle } from '../../../shared/ui/page.tsx';
import { useRootMark } from '../../../shared/ui/root-mark.ts';
import type { ShownPhoto } from '../photo-queries.ts';
import { PhotoRow } from './neighbours.ts';
import { Stage, type StageHandle } from './stage.tsx';
import { Toolbar } from './toolbar.tsx';
import { useViewerShortcuts } from './lightbox-shortcuts.ts';
import styles from './lightbox.module.css';
import { useWayBack } from './way-back.ts';

const InfoPanel = lazyView(() => import('../info/info-panel.tsx'));

/** Kept while photos are looked through, and for the next time. */
let panelWasOpen = false;

export interface ViewerProps {
  id: string;
  /** Undefined while it is on its way. */
  photo: ShownPhoto | undefined;
}

/** A photo as large as the window, the photos beside it, and what can be done with it. */
export function Viewer({ id, photo }: ViewerProps) {
  const { t } = useTranslation('photo');
  const [row, setRow] = useState(() => new PhotoRow());
  const photos = useSyncExternalStore(row.subscribe, row.photos);
  const [isPanelOpen, setPanelOpen] = useState(panelWasOpen);
  /** Nothing lies over the picture. */
  const [isBare, setBare] = useState(false);
  const stage = useRef<StageHandle>(null);
  const { back, replaceBy } = useWayBack();
  const name = photo?.title ?? photo?.filename ?? t('title');
  usePageTitle(name);
  useRootMark('data-viewer');

  useEffect(() => {
    if (row.has(id)) row.reach(id);
    else if (row.photos().length > 0) setRow(new PhotoRow());
    else if (photo) row.start(photo);
  }, [row, id, photo]);
  useEffect(() => {
    if (photo) announce(name);
  }, [photo?.id]);

  const showPanel = (open: boolean) => {
    panelWasOpen = open;
    setPanelOpen(open);
  };
  const step = async (side: 'previous' | 'next') => {
    const other = await row.beside(id, side);
    if (other === null) announce(t(side === 'next' ? 'noNext' : 'noPrevious'));
    else replaceBy(other);
  };
  const leave = async (act: (ids: string[]) => Promise<void>) => {
    const heir = await row.heir(id);
    const done = act([id]);
    if (heir === null) back();
    else {
      replaceBy(heir);
      row.remove(id);
    }
    await done;
  };
  const discard = () => void (photo && leave(photo.trashedAt === null ? trashPhotos : restorePhotos));

  useViewerShortcuts({
    photo,
    step: (side) => void step(side),
    zoom: (factor) => stage.current?.zoom(factor),
    back,
    discard,
    togglePanel: () => showPanel(!isPanelOpen),
  });

  const at = photos.findIndex((other) => other.id === id);
  return (
    <div className={styles['viewer']}>
      <h1 className="visually-hidden">{name}</h1>
      <div className={styles['picture']} data-bare={isBare || undefined}>
        {at >= 0 && (
          <Stage
            ref={stage}
            photos={photos}
            id={id}
            onShow={replaceBy}
            onTap={() => setBare(!isBare)}
            onClose={back}
          />
        )}
        {photo && (
          <Toolbar
            photo={photo}
            isPanelOpen={isPanelOpen}
            onBack={back}
            onDiscard={discard}
            onTogglePanel={() => showPanel(!isPanelOpen)}
          />
        )}
        {at > 0 && (
          <div className={styles['previous']}>
            <IconButton label={t('previous')} onPress={() => void step('previous')}>
              <ChevronLeft />
            </IconButton>
          </div>
        )}
        {at >= 0 && at < photos.length - 1 && (
          <div className={styles['next']}>
            <IconButton label={t('next')} onPress={() => void step('next')}>
              <ChevronRight />
            </IconButton>
          </div>
        )}
      </div>
      {isPanelOpen && (
        <Suspense>
          <InfoPanel id={id} onClose={() => showPanel(false)} />
        </Suspense>
      )}
    </div>
  );
}

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
import { Neighbours } from './neighbours.ts';
import { Stage, type StageHandle } from './stage.tsx';
import { Toolbar } from './toolbar.tsx';
import { useLightboxShortcuts } from './lightbox-shortcuts.ts';
import styles from './lightbox.module.css';
import { useWayBack } from './way-back.ts';

const InfoPanel = lazyView(() => import('../info/info-panel.tsx'));

/** Whether the info panel was open last. Kept between photos until the page is reloaded. */
let panelWasOpen = false;

export interface LightboxProps {
  id: string;
  /** Undefined while it is loading. */
  photo: ShownPhoto | undefined;
}

/** A photo in the full window, with its actions and the buttons to the previous and next photo. */
export function Lightbox({ id, photo }: LightboxProps) {
  const { t } = useTranslation('photo');
  const [neighbours, setNeighbours] = useState(() => new Neighbours());
  const photos = useSyncExternalStore(neighbours.subscribe, neighbours.photos);
  const [isPanelOpen, setPanelOpen] = useState(panelWasOpen);
  /** The controls over the picture are hidden. */
  const [isBare, setBare] = useState(false);
  const stage = useRef<StageHandle>(null);
  const { back, replaceBy } = useWayBack();
  const name = photo?.title ?? photo?.filename ?? t('title');
  usePageTitle(name);
  useRootMark('data-lightbox');

  useEffect(() => {
    if (neighbours.has(id)) neighbours.loadAround(id);
    else if (neighbours.photos().length > 0) setNeighbours(new Neighbours());
    else if (photo) neighbours.start(photo);
  }, [neighbours, id, photo]);
  useEffect(() => {
    if (photo) announce(name);
  }, [photo?.id]);

  const showPanel = (open: boolean) => {
    panelWasOpen = open;
    setPanelOpen(open);
  };
  const step = async (side: 'previous' | 'next') => {
    const other = await neighbours.neighbour(id, side);
    if (other === null) announce(t(side === 'next' ? 'noNext' : 'noPrevious'));
    else replaceBy(other);
  };
  /** Moves the photo to the trash or out of it, and shows the next photo. */
  const leave = async (action: (ids: string[]) => Promise<void>) => {
    const successor = await neighbours.successor(id);
    const done = action([id]);
    if (successor === null) back();
    else {
      replaceBy(successor);
      neighbours.remove(id);
    }
    await done;
  };
  const discard = () => void (photo && leave(photo.trashedAt === null ? trashPhotos : restorePhotos));

  useLightboxShortcuts({
    photo,
    step: (side) => void step(side),
    zoom: (factor) => stage.current?.zoom(factor),
    back,
    discard,
    togglePanel: () => showPanel(!isPanelOpen),
  });

  const index = photos.findIndex((other) => other.id === id);
  return (
    <div className={styles['lightbox']}>
      <h1 className="visually-hidden">{name}</h1>
      <div className={styles['picture']} data-bare={isBare || undefined}>
        {index >= 0 && (
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
        {index > 0 && (
          <div className={styles['previous']}>
            <IconButton label={t('previous')} onPress={() => void step('previous')}>
              <ChevronLeft />
            </IconButton>
          </div>
        )}
        {index >= 0 && index < photos.length - 1 && (
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

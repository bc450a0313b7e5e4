import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { announce } from '../../../shared/ui/live-region.tsx';
import { focusPhoto } from '../selection/focus-photo.ts';
import { useLongPress } from '../selection/long-press.ts';
import styles from './paged-photos.module.css';
import type { ListedPhoto } from './listed-photo.ts';
import { PhotoTile } from '../photo-tile.tsx';
import { photoIndexOf } from '../selection/photo-index.ts';

export interface PhotoListProps {
  photos: readonly ListedPhoto[];
  selection: Selection;
  onOpen: (id: string) => void;
}

/** A page of photos as square tiles. Clicks and keys have the same effects as in the timeline. */
export function PhotoCards({ photos, selection, onOpen }: PhotoListProps) {
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const [tabStop, setTabStop] = useState<string | null>(null);
  const ids = photos.map(({ id }) => id);
  const stop = tabStop !== null && ids.includes(tabStop) ? tabStop : ids[0];

  const select = (id: string, isRange: boolean) => {
    if (isRange) selection.extend(id, ids);
    else selection.toggle(id);
    announce(t('selected', { count: selection.size }));
  };
  const click = (event: MouseEvent) => {
    const found = photoIndexOf(event.target);
    const selects = event.target instanceof Element && event.target.closest('[data-select]') !== null;
    if (!found || (!selects && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    setTabStop(found.id);
    if (selects || event.shiftKey || selection.size > 0) select(found.id, event.shiftKey);
    else onOpen(found.id);
  };
  const longPress = useLongPress((target) => {
    const found = photoIndexOf(target);
    if (found) select(found.id, false);
  });
  const press = (event: KeyboardEvent) => {
    const found = photoIndexOf(event.target);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = getComputedStyle(event.currentTarget).gridTemplateColumns.split(' ').length;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const other = ids[found.index + (steps[event.key] ?? 0)];
    if (event.key === ' ') select(found.id, event.shiftKey);
    else if (event.key in steps && other !== undefined) {
      // Shift selects both the photo that loses the focus and the one that receives it.
      if (event.shiftKey) {
        if (!selection.has(found.id)) selection.toggle(found.id);
        select(other, true);
      }
      setTabStop(other);
      focusPhoto(other);
      event.currentTarget.children[ids.indexOf(other)]?.scrollIntoView({ block: 'nearest' });
    } else return;
    event.preventDefault();
  };
  return (
    <ul className={styles['cards']} onClick={click} onKeyDown={press} {...longPress}>
      {photos.map((photo, index) => (
        <li key={photo.id} className={styles['card']}>
          <PhotoTile
            id={photo.id}
            month={0}
            index={index}
            url={photo.thumbnailUrl}
            thumbhash={photo.thumbhash}
            takenAtLocal={photo.takenAtLocal}
            isFavorite={photo.isFavorite}
            isTabStop={photo.id === stop}
            selection={selection}
            t={t}
            format={format}
            x={0}
            y={0}
            width="100%"
            height="100%"
          />
        </li>
      ))}
    </ul>
  );
}

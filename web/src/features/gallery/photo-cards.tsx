import type { Selection } from '../../shared/photos/selection.ts';
import styles from './paged-photos.module.css';
import type { ListedPhoto } from './listed-photo.ts';
import { PhotoTile } from './photo-tile.tsx';
import { placeOf } from './place-of.ts';

export interface PhotoListProps {
  photos: readonly ListedPhoto[];
  selection: Selection;
  onOpen: (id: string) => void;
}

/** A page of photos as squares. */
export function PhotoCards({ photos, selection, onOpen }: PhotoListProps) {
  return (
    <ul
      className={styles['cards']}
      onClick={(event) => {
        const found = placeOf(event.target);
        if (!found || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const selects = event.target instanceof Element && event.target.closest('[data-select]') !== null;
        if (selects || event.shiftKey || selection.size > 0) selection.toggle(found.id);
        else onOpen(found.id);
      }}
    >
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
            isTabStop
            selection={selection}
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

import type { TFunction } from 'i18next';
import { Check, Heart } from 'lucide-react';
import { memo } from 'react';
import { photoAddress } from '../../shared/addresses.ts';
import type { Format } from '../../shared/i18n/format.ts';
import { pictureUrl } from '../../shared/photos/pictures/picture-url.ts';
import { type Selection, useIsSelected } from '../../shared/photos/selection.ts';
import { Thumbnail } from '../../shared/photos/pictures/thumbnail.tsx';
import { classNames } from '../../shared/ui/class-names.ts';
import styles from './photo-tile.module.css';

export interface PhotoTileProps {
  id: string;
  /** The position of the photo, which the keyboard control of the timeline reads. */
  month: number;
  index: number;
  url: string;
  thumbhash: string;
  takenAtLocal: string;
  isFavorite: boolean;
  isTabStop: boolean;
  selection: Selection;
  /** A prop and not the result of a hook, because there are hundreds of tiles. */
  t: TFunction<'gallery'>;
  format: Format;
  /** Pixels, or a CSS length. */
  x: number;
  y: number;
  width: number | string;
  height: number | string;
}

/** A photo in a list: a link to it and a checkbox to select it. The list handles the clicks. */
export const PhotoTile = memo(function PhotoTile(props: PhotoTileProps) {
  const { id, month, index, url, thumbhash, takenAtLocal, isFavorite, isTabStop, selection, t, format } =
    props;
  const isSelected = useIsSelected(selection, id);
  const when = format.localTime(takenAtLocal);
  return (
    <div
      className={classNames(styles['tile'], isSelected && styles['selected'])}
      style={{ left: props.x, top: props.y, width: props.width, height: props.height }}
      data-photo={id}
      data-month={month}
      data-index={index}
    >
      <a href={photoAddress(id)} className={styles['link']} tabIndex={isTabStop ? 0 : -1} draggable={false}>
        <Thumbnail
          url={pictureUrl(url, props.width)}
          thumbhash={thumbhash}
          alt={t(isSelected ? 'photoOfSelected' : 'photoOf', { when })}
        />
      </a>
      <button
        type="button"
        role="checkbox"
        aria-checked={isSelected}
        aria-label={t('select', { when })}
        tabIndex={-1}
        className={styles['check']}
        data-select
      >
        <Check aria-hidden />
      </button>
      {isFavorite && <Heart role="img" aria-label={t('favorite')} className={styles['heart'] ?? ''} />}
    </div>
  );
});

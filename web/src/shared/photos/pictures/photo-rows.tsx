import { useRef } from 'react';
import { Link } from 'wouter';
import { photoAddress } from '../../addresses.ts';
import type { ThumbFragment } from '../../api/generated/graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useWidth } from '../../ui/use-width.ts';
import { justifiedRows } from './justified-rows.ts';
import styles from './photo-rows.module.css';
import { pictureUrl } from './picture-url.ts';
import { placeholderImage } from './placeholder.ts';
import { listSequence, setPhotoSequence } from '../sequence.ts';

export interface PhotoRowsProps {
  photos: readonly ThumbFragment[];
  /** The address of the page that shows the rows. The page of a photo links back to it. */
  from: string;
  /** Photos that would need more rows are left out. */
  maxRows: number;
}

const GAP = 4;
/** Target heights of a row, in pixels. */
const HEIGHT = 196;
const PHONE_HEIGHT = 120;
const PHONE_WIDTH = 600;

/** A few photos in justified rows, all rendered. For many photos, the gallery has a virtual list. */
export function PhotoRows({ photos, from, maxRows }: PhotoRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const width = useWidth(list);
  const format = useFormat();
  const rowHeight = width < PHONE_WIDTH ? PHONE_HEIGHT : HEIGHT;
  const ratios = photos.map((photo) => photo.width / photo.height);
  const rows = width > 0 ? justifiedRows(ratios, { width, rowHeight, gap: GAP, maxRows }) : [];
  const shown = rows.flatMap((row) =>
    photos.slice(row.from, row.to).map((photo) => ({ photo, height: row.height })),
  );
  const open = () =>
    setPhotoSequence(
      listSequence(
        from,
        photos.map(({ id }) => id),
      ),
    );
  return (
    <ul ref={list} className={styles['rows']} style={width > 0 ? {} : { minHeight: rowHeight }}>
      {shown.map(({ photo, height }) => (
        <li
          key={photo.id}
          // Slightly narrower, so that rounding does not wrap a row.
          style={{ width: (photo.width / photo.height) * height - 0.1, height }}
          className={styles['item']}
        >
          <Link
            href={photoAddress(photo.id)}
            className={styles['link'] ?? ''}
            style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
            onClick={open}
          >
            <img
              src={pictureUrl(photo.thumbnailUrl, (photo.width / photo.height) * height)}
              alt={`${photo.title ?? photo.filename}, ${format.localDay(photo.takenAtLocal, { year: true })}`}
              loading="lazy"
              decoding="async"
              className={styles['image']}
            />
          </Link>
        </li>
      ))}
    </ul>
  );
}

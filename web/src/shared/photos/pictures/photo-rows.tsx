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
  /** The address of the view they are shown in, to come back to. */
  from: string;
  /** Photos that would need more rows are left out. */
  maxRows: number;
}

const GAP = 4;
const HEIGHT = 220;
const PHONE_HEIGHT = 136;
const PHONE_WIDTH = 600;

/** Some photos in justified rows: a handful; for a list without end there is the gallery. */
export function PhotoRows({ photos, from, maxRows }: PhotoRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const width = useWidth(list);
  const format = useFormat();
  const height = width < PHONE_WIDTH ? PHONE_HEIGHT : HEIGHT;
  const ratios = photos.map((photo) => photo.width / photo.height);
  const rows = width > 0 ? justifiedRows(ratios, { width, height, gap: GAP, maxRows }) : [];
  const shown = rows.flatMap((row) =>
    photos.slice(row.start, row.start + row.count).map((photo) => ({ photo, height: row.height })),
  );
  const open = () =>
    setPhotoSequence(
      listSequence(
        from,
        photos.map(({ id }) => id),
      ),
    );
  return (
    <ul ref={list} className={styles['rows']} style={width > 0 ? {} : { minHeight: height }}>
      {shown.map(({ photo, height: rowHeight }) => (
        <li
          key={photo.id}
          // A hair less than its share: no rounding breaks a row.
          style={{ width: (photo.width / photo.height) * rowHeight - 0.1, height: rowHeight }}
          className={styles['item']}
        >
          <Link
            href={photoAddress(photo.id)}
            className={styles['link'] ?? ''}
            style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
            onClick={open}
          >
            <img
              src={pictureUrl(photo.thumbnailUrl, (photo.width / photo.height) * rowHeight)}
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

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Selection } from '../../shared/photos/selection.ts';
import { TrashTile } from './trash-tile.tsx';
import type { TrashedPhoto } from './trash-queries.ts';
import type { Toggle } from './use-selection.ts';
import styles from './trash.module.css';

/** The sizes are in pixels. */
const GAP = 8;
const TILE = 172;
const NARROW_TILE = 108;

export interface TrashGridProps {
  photos: readonly TrashedPhoto[];
  selection: Selection;
  onToggle: Toggle;
  /** Called when the user scrolls near the end of the loaded photos. */
  onNearEnd: () => void;
}

/** A grid of square tiles that renders only the visible rows. */
export function TrashGrid({ photos, selection, onToggle, onNearEnd }: TrashGridProps) {
  const list = useRef<HTMLDivElement>(null);
  const [{ width, top }, setBox] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const element = list.current;
      if (!element) return;
      setBox({
        width: element.clientWidth,
        top: element.getBoundingClientRect().top + window.scrollY,
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (list.current) observer.observe(list.current);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(Math.floor((width + GAP) / ((width < 600 ? NARROW_TILE : TILE) + GAP)), 1);
  const size = (width - (columns - 1) * GAP) / columns;
  const virtual = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(photos.length / columns),
    estimateSize: () => size + GAP,
    overscan: 4,
    scrollMargin: top,
  });
  useEffect(() => virtual.measure(), [virtual, size]);
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if ((last + 6) * columns >= photos.length) onNearEnd();
  }, [last, columns, photos.length, onNearEnd]);
  return (
    <div ref={list} className={styles['grid']} style={{ height: virtual.getTotalSize() }}>
      {rows.map(({ index, start }) => (
        <div
          key={index}
          className={styles['row']}
          style={{
            transform: `translateY(${start - top}px)`,
            gridTemplateColumns: `repeat(${columns}, 1fr)`,
            height: size,
          }}
        >
          {photos.slice(index * columns, (index + 1) * columns).map((photo) => (
            <TrashTile key={photo.id} photo={photo} selection={selection} onToggle={onToggle} />
          ))}
        </div>
      ))}
    </div>
  );
}

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { queryWords } from '../../../../src/search/folding.ts';
import { listSequence, setPhotoSequence } from '../../shared/photos/sequence.ts';
import { ResultCard } from './result-card.tsx';
import { rememberSearch } from './recent-searches.ts';
import styles from './results.module.css';
import type { FoundPhoto } from './search-queries.ts';

export interface ResultsProps {
  words: string;
  /** The number of photos found, including those that are not loaded yet. */
  total: number;
  /** The photos loaded so far. */
  photos: readonly FoundPhoto[];
  /** Called when the user scrolls near the end of the loaded photos. */
  onNearEnd: () => void;
  /** Loads the next page, even if the results are no longer shown. Returns all photos loaded by then. */
  loadMore: () => Promise<readonly FoundPhoto[]>;
}

const MIN_WIDTH = 220;
const PHONE_WIDTH = 150;
const GAP = 16;
const TEXT_HEIGHT = 84;

/** A grid of cards that renders only the visible rows. */
export function Results({ words, total, photos, onNearEnd, loadMore }: ResultsProps) {
  const list = useRef<HTMLUListElement>(null);
  const { width, top } = useBox(list);
  const folded = useMemo(() => queryWords(words), [words]);
  const columns = Math.max(2, Math.floor((width + GAP) / ((width < 600 ? PHONE_WIDTH : MIN_WIDTH) + GAP)));
  const cardWidth = (width - (columns - 1) * GAP) / columns;
  const cardHeight = Math.round(cardWidth * 0.75) + TEXT_HEIGHT;
  const virtualizer = useWindowVirtualizer({
    count: width > 0 ? Math.ceil(total / columns) : 0,
    estimateSize: () => cardHeight,
    gap: GAP,
    overscan: 3,
    scrollMargin: top,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, cardHeight]);
  const rows = virtualizer.getVirtualItems();
  const lastSeen = ((rows.at(-1)?.index ?? -1) + 1) * columns;
  const nearEnd = useEffectEvent(onNearEnd);
  useEffect(() => {
    if (lastSeen > photos.length - columns) nearEnd();
  }, [lastSeen, photos.length, columns]);

  const open = () => {
    rememberSearch(words);
    const ids = (found: readonly FoundPhoto[]) => found.map(({ id }) => id);
    setPhotoSequence(
      listSequence(location.pathname + location.search, ids(photos), async () => ids(await loadMore())),
    );
  };
  const cards = rows.flatMap(({ index, start }) =>
    Array.from({ length: Math.min(columns, total - index * columns) }, (_, column) => {
      const at = index * columns + column;
      const photo = photos[at];
      const left = column * (cardWidth + GAP);
      return (
        <li
          key={photo?.id ?? at}
          aria-setsize={total}
          aria-posinset={at + 1}
          className={styles['cell']}
          style={{
            width: cardWidth,
            height: cardHeight,
            transform: `translate(${left}px, ${start - top}px)`,
          }}
        >
          {photo ? (
            <ResultCard photo={photo} words={folded} onOpen={open} />
          ) : (
            <div className={styles['waiting']} />
          )}
        </li>
      );
    }),
  );
  return (
    <ul ref={list} className={styles['results']} style={{ height: virtualizer.getTotalSize() }}>
      {cards}
    </ul>
  );
}

/** Returns the width of an element and its distance from the top of the page, in pixels. */
function useBox(ref: RefObject<HTMLElement | null>): { width: number; top: number } {
  const [box, setBox] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = () => {
      const { width, top } = element.getBoundingClientRect();
      const next = { width, top: Math.round(top + scrollY) };
      setBox((box) => (box.width === next.width && box.top === next.top ? box : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return box;
}

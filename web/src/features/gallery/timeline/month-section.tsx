import { useQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { stripQuery } from '../../../shared/photos/timeline.ts';
import { bandAt, bandsWithin, type LayoutOptions, layoutMonth } from './month-layout.ts';
import styles from './month-section.module.css';
import { PhotoTile } from '../photo-tile.tsx';
import { isOnItsWay, useScrolledPast } from './scroll-window.ts';
import type { TimelineOrder } from './timeline-order.ts';

export const MONTH_HEADING = 56;
export const MONTH_GAP = 24;
/** Drawn above and below what is seen: at once, and when there is time for more. */
const NEAR = 200;
const AHEAD = 700;
/** A month that is only passed by is not asked for. */
const PASSING_MS = 50;

export interface MonthSectionProps {
  order: TimelineOrder;
  month: number;
  /** Pixels from the page's top. */
  start: number;
  top: number;
  height: number;
  options: LayoutOptions;
  selection: Selection;
  /** The photo that Tab comes to; null: the first in view. */
  tabStop: string | null;
  /** Whether it is the first month in view. */
  isFirst: boolean;
  onHeight: (month: number, height: number) => void;
}

/** A month: its heading, which stays in view, and those of its photos that are near to it. */
export const MonthSection = memo(function MonthSection(props: MonthSectionProps) {
  const { order, month, start, top, height, options, selection, tabStop, isFirst, onHeight } = props;
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const name = order.months[month]?.month ?? '';
  const stays = useStays();
  const { data: strip } = useQuery({ ...stripQuery(name, order.filter), enabled: stays });
  const layout = useMemo(
    () => strip && layoutMonth(strip.ratios, strip.takenAtLocal, options),
    [strip, options],
  );
  useLayoutEffect(() => {
    if (layout) onHeight(month, MONTH_HEADING + layout.totalHeight + MONTH_GAP);
  }, [layout, month, onHeight]);
  const past = useScrolledPast(start + MONTH_HEADING);
  const bands = layout?.bands ?? [];
  const seen = bands[Math.min(bandAt(bands, Math.max(past + MONTH_HEADING, 0)), bands.length - 1)];
  // Where the window was when there was time to draw what lies farther from it; null before.
  const calm = useDeferredValue(layout ? past : null, null);
  const above = calm === null ? NEAR : clamp(past - calm + AHEAD, NEAR, AHEAD);
  const below = calm === null ? NEAR : clamp(calm - past + AHEAD, NEAR, AHEAD);
  const drawn = bandsWithin(bands, past - above, past + window.innerHeight + below);
  const from = drawn[0]?.from ?? 0;
  const to = drawn.at(-1)?.to ?? 0;
  const stop = tabStop ?? (isFirst ? strip?.ids[seen?.from ?? 0] : undefined);
  const topY = drawn[0]?.top ?? Infinity;
  const bottomY = drawn.at(-1)?.bottom ?? 0;
  return (
    <section className={styles['month']} style={{ top, height }} aria-labelledby={`month-${name}`}>
      <header className={styles['heading']}>
        <h2 id={`month-${name}`} className={styles['name']}>
          {format.month(name)}
        </h2>
        {past > 0 && seen && (
          <span className={styles['seen']}>{format.localDay(seen.day, { year: false })}</span>
        )}
      </header>
      {strip && layout ? (
        <div className={styles['photos']} style={{ height: layout.totalHeight }}>
          {layout.days
            .filter((day) => day.y >= topY && day.y <= bottomY)
            .map((day) => (
              <h3
                key={day.day}
                className={styles['day']}
                style={{ left: day.x, top: day.y, width: day.width }}
              >
                {format.localDay(day.day)}
              </h3>
            ))}
          {strip.ids.slice(from, to).map((id, offset) => {
            const index = from + offset;
            return (
              <PhotoTile
                key={id}
                id={id}
                month={month}
                index={index}
                url={strip.thumbnailUrls[index] ?? ''}
                thumbhash={strip.thumbhashes[index] ?? ''}
                takenAtLocal={strip.takenAtLocal[index] ?? ''}
                isFavorite={strip.favorites[index] ?? false}
                isTabStop={id === stop}
                selection={selection}
                t={t}
                format={format}
                x={layout.x[index] ?? 0}
                y={layout.y[index] ?? 0}
                width={layout.width[index] ?? 0}
                height={layout.height[index] ?? 0}
              />
            );
          })}
        </div>
      ) : (
        // An element of its own: as the same one, elsewhere, it would be a layout shift.
        <div key="waiting" className={styles['waiting']} aria-hidden />
      )}
    </section>
  );
});

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** True as soon as it has been there for a moment, and at once where nothing moves. */
function useStays(): boolean {
  const [stays, setStays] = useState(() => !isOnItsWay());
  useEffect(() => {
    if (stays) return undefined;
    const timer = setTimeout(() => setStays(true), PASSING_MS);
    return () => clearTimeout(timer);
  }, [stays]);
  return stays;
}

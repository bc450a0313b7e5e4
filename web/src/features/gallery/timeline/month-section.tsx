import { useQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { stripQuery } from '../../../shared/photos/timeline.ts';
import { bandAt, bandsWithin, type LayoutOptions, layoutMonth } from './month-layout.ts';
import styles from './month-section.module.css';
import { PhotoTile } from '../photo-tile.tsx';
import { hasJustScrolled, useScrolledPast } from './scroll-window.ts';
import type { TimelineOrder } from './timeline-order.ts';

export const MONTH_HEADING = 56;
export const MONTH_GAP = 24;
/** Renders photos up to this many pixels outside of the visible part: immediately, and when there is time for more. */
const NEAR = 200;
const AHEAD = 700;
/** Requests a month after it has been rendered for this time, so that fast scrolling does not request all months. */
const PASSING_MS = 50;

export interface MonthSectionProps {
  order: TimelineOrder;
  month: number;
  /** The distance from the top of the page, in pixels. */
  start: number;
  /** The distance from the top of the timeline, in pixels. */
  top: number;
  height: number;
  options: LayoutOptions;
  selection: Selection;
  /** The photo that receives the focus with Tab; null for the first visible photo. */
  tabStop: string | null;
  /** Whether this is the first visible month. */
  isFirst: boolean;
  onHeight: (month: number, height: number) => void;
}

/** A month of the timeline: its heading, which stays visible, and its photos near the visible part of the page. */
export const MonthSection = memo(function MonthSection(props: MonthSectionProps) {
  const { order, month, start, top, height, options, selection, tabStop, isFirst, onHeight } = props;
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const name = order.months[month]?.month ?? '';
  const hasStayed = useHasStayed();
  const { data: strip } = useQuery({ ...stripQuery(name, order.filter), enabled: hasStayed });
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
  // The scroll position at which the browser last had time to render photos farther away; null before that.
  const deferredPast = useDeferredValue(layout ? past : null, null);
  const above = deferredPast === null ? NEAR : clamp(past - deferredPast + AHEAD, NEAR, AHEAD);
  const below = deferredPast === null ? NEAR : clamp(deferredPast - past + AHEAD, NEAR, AHEAD);
  const rendered = bandsWithin(bands, past - above, past + window.innerHeight + below);
  const from = rendered[0]?.from ?? 0;
  const to = rendered.at(-1)?.to ?? 0;
  const stop = tabStop ?? (isFirst ? strip?.ids[seen?.from ?? 0] : undefined);
  const topY = rendered[0]?.top ?? Infinity;
  const bottomY = rendered.at(-1)?.bottom ?? 0;
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
        // A separate key, because reusing the element for the photos would count as a layout shift.
        <div key="waiting" className={styles['waiting']} aria-hidden />
      )}
    </section>
  );
});

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** Returns true if the component has been mounted for `PASSING_MS`, or if the page was not scrolling at mount. */
function useHasStayed(): boolean {
  const [hasStayed, setHasStayed] = useState(() => !hasJustScrolled());
  useEffect(() => {
    if (hasStayed) return undefined;
    const timer = setTimeout(() => setHasStayed(true), PASSING_MS);
    return () => clearTimeout(timer);
  }, [hasStayed]);
  return hasStayed;
}

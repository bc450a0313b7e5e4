import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Selection } from '../../../shared/photos/selection.ts';
import { photoSequence } from '../../../shared/photos/sequence.ts';
import { estimateHeight } from './month-layout.ts';
import { MONTH_GAP, MONTH_HEADING, MonthSection } from './month-section.tsx';
import { focusPhoto } from '../selection/focus-photo.ts';
import { saveScrollAnchor, scrollAnchor } from './scroll-anchor.ts';
import { useLongPress } from '../selection/long-press.ts';
import { photoIndexOf } from '../selection/photo-index.ts';
import { Scrubber } from './scrubber.tsx';
import styles from './timeline.module.css';
import type { TimelineOrder } from './timeline-order.ts';
import { useTimelineKeys } from './timeline-keys.ts';
import { useTimelineClicks } from './timeline-clicks.ts';

export interface TimelineProps {
  order: TimelineOrder;
  selection: Selection;
}

/** All photos by month. Renders only the months near the visible part of the page. */
export function Timeline({ order, selection }: TimelineProps) {
  const container = useRef<HTMLDivElement>(null);
  const { width, offset } = useMeasure(container);
  const options = useMemo(() => ({ width, rowHeight: width < 600 ? 144 : 208, gap: 4 }), [width]);
  const [tabStop, setTabStop] = useState<string | null>(() => scrollAnchor(order.from)?.photo ?? null);
  useVisibleTabStop(order, setTabStop);
  const virtualizer = useWindowVirtualizer({
    count: width === 0 ? 0 : order.months.length,
    estimateSize: (month) =>
      MONTH_HEADING + estimateHeight(order.months[month]?.count ?? 0, options) + MONTH_GAP,
    getItemKey: (month) => order.months[month]?.month ?? month,
    overscan: 1,
    scrollMargin: offset,
    initialMeasurementsCache: scrollAnchor(order.from)?.measurements ?? [],
  });
  const items = virtualizer.getVirtualItems();
  const measured = useRef(options);
  useEffect(() => {
    // A new width changes all heights.
    if (measured.current.width !== 0 && measured.current !== options) virtualizer.measure();
    measured.current = options;
  }, [virtualizer, options]);
  const onHeight = useCallback(
    (month: number, height: number) => virtualizer.resizeItem(month, height),
    [virtualizer],
  );
  useScrollRestoration(order.from, items.length > 0);
  const keys = useTimelineKeys({ order, selection, virtualizer, options, setTabStop });
  const { click, toggle } = useTimelineClicks({
    order,
    selection,
    setTabStop,
    onOpen: (photo) =>
      saveScrollAnchor(order.from, {
        scrollY: window.scrollY,
        photo,
        measurements: virtualizer.measurementsCache,
      }),
  });
  const longPress = useLongPress(toggle);
  const firstSeen = virtualizer.range?.startIndex;
  return (
    <div ref={container} className={styles['timeline']}>
      <div
        style={{ height: virtualizer.getTotalSize() }}
        className={styles['months']}
        onKeyDown={keys}
        onClick={click}
        onFocus={({ target }) => setTabStop((stop) => photoIndexOf(target)?.id ?? stop)}
        {...longPress}
      >
        {items.map((item) => (
          <MonthSection
            key={item.key}
            order={order}
            month={item.index}
            start={item.start}
            top={item.start - offset}
            height={item.size}
            options={options}
            selection={selection}
            tabStop={tabStop}
            isFirst={item.index === firstSeen}
            onHeight={onHeight}
          />
        ))}
      </div>
      <Scrubber order={order} virtualizer={virtualizer} offset={offset} />
    </div>
  );
}

/** Makes the first visible photo the tab stop if the previous one was removed or scrolled out of the rendered part. */
function useVisibleTabStop(
  order: TimelineOrder,
  setTabStop: (change: (stop: string | null) => string | null) => void,
): void {
  const known = useRef(order);
  useEffect(() => {
    const check = () => setTabStop((stop) => (stop !== null && isRendered(stop) ? stop : null));
    if (known.current !== order) check();
    known.current = order;
    window.addEventListener('scrollend', check);
    return () => window.removeEventListener('scrollend', check);
  }, [order, setTabStop]);
}

function isRendered(id: string): boolean {
  return document.querySelector(`[data-photo="${CSS.escape(id)}"]`) !== null;
}

/** Returns the width of an element and its distance from the top of the page, in pixels; initially 0. */
function useMeasure(container: RefObject<HTMLElement | null>): { width: number; offset: number } {
  const [measure, setMeasure] = useState({ width: 0, offset: 0 });
  useLayoutEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const measureContainer = () => {
      const { width, top } = element.getBoundingClientRect();
      const next = { width: Math.floor(width), offset: Math.round(top + window.scrollY) };
      setMeasure((known) => (known.width === next.width && known.offset === next.offset ? known : next));
    };
    measureContainer();
    const observer = new ResizeObserver(measureContainer);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [container]);
  return measure;
}

/** Restores the scroll position when the user comes back from a photo; otherwise scrolls to the top. */
function useScrollRestoration(address: string, isReady: boolean): void {
  const isDone = useRef(false);
  useLayoutEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    const anchor = photoSequence()?.from === address ? scrollAnchor(address) : null;
    window.scrollTo(0, anchor?.scrollY ?? 0);
    if (anchor?.photo) focusPhoto(anchor.photo);
  }, [isReady, address]);
}

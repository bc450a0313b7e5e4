import type { Virtualizer } from '@tanstack/react-virtual';
import { ChevronsUpDown } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../shared/i18n/format.ts';
import { scrollTop, useIsScrolling, useScrolledPast } from './scroll-window.ts';
import styles from './scrubber.module.css';
import type { TimelineOrder } from './timeline-order.ts';

export interface ScrubberProps {
  order: TimelineOrder;
  virtualizer: Virtualizer<Window, Element>;
  /** The distance of the timeline from the top of the page, in pixels. */
  offset: number;
}

/** The minimum distance between two year labels, as a share of the track. */
const MIN_LABEL_GAP = 0.04;

/** A scroll bar with years for the whole timeline. The user drags it, or moves by months with the keyboard. */
export function Scrubber({ order, virtualizer, offset }: ScrubberProps) {
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const track = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [isHeld, setHeld] = useState(false);
  const isScrolling = useIsScrolling();
  /** The distance from the pointer to the middle of the dragged handle, as a share of the track. */
  const grip = useRef(0);
  useScrolledPast(0);
  const total = virtualizer.getTotalSize();
  const starts = virtualizer.measurementsCache;
  if (order.months.length < 2 || total < window.innerHeight * 2) return null;

  const shareOf = (month: number) => ((starts[month]?.start ?? offset) - offset) / total;
  const monthAt = (share: number) => {
    const index = starts.findIndex(({ end }) => (end - offset) / total > share);
    return index < 0 ? order.months.length - 1 : index;
  };
  const reach = Math.max(total - window.innerHeight, 1);
  const past = scrollTop() - offset;
  const here = Math.min(Math.max(past / reach, 0), 1);
  const current = monthAt((Math.max(past, 0) + 80) / total);
  const label = (month: number) => format.month(order.months[month]?.month ?? '2000-01');
  const goTo = (month: number) => {
    const start = starts[Math.min(Math.max(month, 0), order.months.length - 1)]?.start ?? offset;
    window.scrollTo(0, month <= 0 ? 0 : start - 64 + 1);
  };
  const share = (event: PointerEvent) => {
    const { top, height } = track.current?.getBoundingClientRect() ?? { top: 0, height: 1 };
    return Math.min(Math.max((event.clientY - top) / height, 0), 1);
  };
  const drag = (event: PointerEvent) => {
    const at = Math.min(Math.max(share(event) + grip.current, 0), 1);
    setPointed(at);
    if (isHeld || event.type === 'pointerdown') window.scrollTo(0, offset + at * reach);
  };
  const press = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowRight: current + 1,
      ArrowUp: current - 1,
      ArrowLeft: current - 1,
      PageDown: current + 12,
      PageUp: current - 12,
      Home: 0,
      End: order.months.length - 1,
    };
    const month = to[event.key];
    if (month === undefined) return;
    event.preventDefault();
    goTo(month);
  };
  return (
    <div
      ref={track}
      role="slider"
      tabIndex={0}
      aria-label={t('scrubber')}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={order.months.length - 1}
      aria-valuenow={current}
      aria-valuetext={label(current)}
      className={styles['track']}
      data-held={isHeld || undefined}
      data-scrolling={isScrolling || undefined}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const takesHandle = event.target instanceof Element && event.target.closest('[data-handle]');
        grip.current = takesHandle ? here - share(event) : 0;
        setHeld(true);
        drag(event);
      }}
      onPointerMove={drag}
      onPointerUp={() => setHeld(false)}
      onPointerCancel={() => setHeld(false)}
      onPointerLeave={() => setPointed(null)}
    >
      {yearLabels(order, shareOf).map(({ year, at }) => (
        <span key={year} className={styles['year']} style={{ top: `${at * 100}%` }}>
          {year}
        </span>
      ))}
      <span data-handle className={styles['here']} style={{ top: `${here * 100}%` }}>
        <ChevronsUpDown aria-hidden />
      </span>
      <span className={styles['bubble']} style={{ top: `${(isHeld ? here : (pointed ?? here)) * 100}%` }}>
        {label(isHeld || pointed === null ? current : monthAt((pointed * reach) / total))}
      </span>
    </div>
  );
}

/** Returns the labels of the years, each at its first month. Omits labels that are too close to another one. */
function yearLabels(order: TimelineOrder, shareOf: (month: number) => number) {
  const labels: { year: string; at: number }[] = [];
  for (const [index, { month }] of order.months.entries()) {
    const year = month.slice(0, 4);
    const at = shareOf(index);
    if (order.months[index - 1]?.month.startsWith(year)) continue;
    if (at - (labels.at(-1)?.at ?? -1) >= MIN_LABEL_GAP && at < 0.98) labels.push({ year, at });
  }
  return labels;
}

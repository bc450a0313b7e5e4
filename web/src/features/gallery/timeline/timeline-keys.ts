import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../../shared/photos/selection.ts';
import { announce } from '../../../shared/ui/live-region.tsx';
import { focusPhoto } from '../selection/focus-photo.ts';
import { type LayoutOptions, layoutMonth, type MonthLayout } from './month-layout.ts';
import { MONTH_HEADING } from './month-section.tsx';
import { photoIndexOf } from '../selection/photo-index.ts';
import type { TimelineOrder, TimelinePosition } from './timeline-order.ts';

interface Keys {
  order: TimelineOrder;
  selection: Selection;
  virtualizer: Virtualizer<Window, Element>;
  options: LayoutOptions;
  setTabStop: (id: string) => void;
}

/**
 * Returns the keyboard handler of the timeline. The arrow keys move the focus from photo to photo and, with Shift,
 * extend the selection; Space selects. Enter follows the link of the photo.
 */
export function useTimelineKeys({ order, selection, virtualizer, options, setTabStop }: Keys) {
  const { t } = useTranslation('gallery');
  /** The photo at which the selection with Shift started. */
  const rangeStart = useRef<TimelinePosition | null>(null);

  const layoutOf = async (month: number): Promise<MonthLayout | null> => {
    const strip = await order.strip(month);
    return strip && layoutMonth(strip.ratios, strip.takenAtLocal, options);
  };
  /** Returns the photo in the row above or below whose horizontal center is nearest to that of this photo. */
  const acrossRows = async ({ month, index }: TimelinePosition, step: 1 | -1) => {
    const layout = await layoutOf(month);
    if (!layout) return null;
    const row = layout.bands.findIndex(({ from, to }) => from <= index && index < to);
    const middle = (layout.x[index] ?? 0) + (layout.width[index] ?? 0) / 2;
    if (layout.bands[row + step]) return nearest(layout, month, row + step, middle);
    const other = await layoutOf(month + step);
    return other && nearest(other, month + step, step > 0 ? 0 : other.bands.length - 1, middle);
  };
  const nearest = (layout: MonthLayout, month: number, row: number, middle: number): TimelinePosition => {
    const { from, to } = layout.bands[row] ?? { from: 0, to: 1 };
    let best = from;
    const distance = (at: number) => Math.abs((layout.x[at] ?? 0) + (layout.width[at] ?? 0) / 2 - middle);
    for (let at = from; at < to; at++) if (distance(at) < distance(best)) best = at;
    return { month, index: best };
  };
  const go = async (to: TimelinePosition | null, from: TimelinePosition, selects: boolean) => {
    if (!to) return;
    const id = (await order.strip(to.month))?.ids[to.index];
    const layout = await layoutOf(to.month);
    if (id === undefined || !layout) return;
    rangeStart.current ??= from;
    if (selects) {
      selection.add(await order.range(rangeStart.current, to));
      announce(t('selected', { count: selection.size }));
    } else rangeStart.current = null;
    const start = virtualizer.measurementsCache[to.month]?.start ?? 0;
    bringIntoView(start + MONTH_HEADING + (layout.y[to.index] ?? 0), layout.height[to.index] ?? 0);
    setTabStop(id);
    focusPhoto(id);
  };
  return (event: KeyboardEvent) => {
    const position = photoIndexOf(event.target);
    if (!position || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, () => Promise<TimelinePosition | null>> = {
      ArrowLeft: () => order.beside(position, -1),
      ArrowRight: () => order.beside(position, 1),
      ArrowUp: () => acrossRows(position, -1),
      ArrowDown: () => acrossRows(position, 1),
    };
    const step = steps[event.key];
    const move = async () => step && go(await step(), position, event.shiftKey);
    if (step) void move();
    else if (event.key === ' ') {
      selection.toggle(position.id);
      rangeStart.current = position;
      announce(t('selected', { count: selection.size }));
    } else return;
    event.preventDefault();
  };
}

/** Scrolls as little as necessary to show a photo between the headings and the bottom of the window. */
function bringIntoView(top: number, height: number): void {
  const above = 64 + MONTH_HEADING + 8;
  const below = 84;
  if (top - above < window.scrollY) window.scrollTo(0, top - above);
  else if (top + height + below > window.scrollY + window.innerHeight)
    window.scrollTo(0, top + height + below - window.innerHeight);
}

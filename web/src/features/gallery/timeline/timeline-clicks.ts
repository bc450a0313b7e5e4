import { type MouseEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { photoAddress } from '../../../shared/addresses.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { setPhotoSequence } from '../../../shared/photos/sequence.ts';
import { announce } from '../../../shared/ui/live-region.tsx';
import { photoIndexOf } from '../selection/photo-index.ts';
import type { TimelineOrder } from './timeline-order.ts';

interface Clicks {
  order: TimelineOrder;
  selection: Selection;
  setTabStop: (id: string) => void;
  onOpen: (id: string) => void;
}

/**
 * Returns the click handler of the timeline. A click opens a photo. On the checkbox of a photo, or while photos are
 * selected, it selects the photo instead. With Shift, it selects all photos from the last selected one.
 */
export function useTimelineClicks({ order, selection, setTabStop, onOpen }: Clicks) {
  const { t } = useTranslation('gallery');
  const [, navigate] = useLocation();
  const last = useRef<string | null>(null);

  const select = async (id: string, isRange: boolean) => {
    const from = isRange && last.current !== null ? order.find(last.current) : null;
    const to = order.find(id);
    if (from && to) selection.add(await order.range(from, to));
    else selection.toggle(id);
    last.current = id;
    announce(t('selected', { count: selection.size }));
  };
  const toggle = (target: EventTarget) => {
    const found = photoIndexOf(target);
    if (found) void select(found.id, false);
  };
  const click = (event: MouseEvent) => {
    const found = photoIndexOf(event.target);
    if (!found) return;
    const selects = event.target instanceof Element && event.target.closest('[data-select]') !== null;
    if (!selects && (event.ctrlKey || event.metaKey || event.button !== 0)) return;
    event.preventDefault();
    setTabStop(found.id);
    if (selects || event.shiftKey || selection.size > 0) void select(found.id, event.shiftKey);
    else {
      onOpen(found.id);
      setPhotoSequence(order);
      navigate(photoAddress(found.id));
    }
  };
  return { click, toggle };
}

import type { Place } from '../timeline/timeline-order.ts';

/** The photo that something on the page belongs to; null where it belongs to none. */
export function placeOf(target: EventTarget): (Place & { id: string }) | null {
  const tile = target instanceof Element ? target.closest<HTMLElement>('[data-photo]') : null;
  const { photo, month, index } = tile?.dataset ?? {};
  return photo === undefined ? null : { id: photo, month: Number(month), index: Number(index) };
}

import type { TimelinePosition } from '../timeline/timeline-order.ts';

/** The id of a photo, and its position in the list that shows it. */
export type PhotoIndex = TimelinePosition & { id: string };

/** Finds the photo whose tile contains an element of the page. Returns null for an element outside of all tiles. */
export function photoIndexOf(target: EventTarget): PhotoIndex | null {
  const tile = target instanceof Element ? target.closest<HTMLElement>('[data-photo]') : null;
  const { photo, month, index } = tile?.dataset ?? {};
  return photo === undefined ? null : { id: photo, month: Number(month), index: Number(index) };
}

import type PhotoSwipe from 'photoswipe';
import type { SlideData } from 'photoswipe';
import { type Original, originalOf } from './deep-zoom.ts';
import type { ShownPhoto } from '../photo-queries.ts';

/** The length of the longer side of a preview, in pixels. */
const PREVIEW = 2_048;

/** A slide of PhotoSwipe with the data of its photo. */
export interface PhotoSlide extends SlideData {
  id: string;
  thumbhash: string;
  /** Shown at zoom levels at which the preview is not sharp enough. */
  original: Original | null;
}

export function slideOf(photo: ShownPhoto): PhotoSlide {
  const { id, previewUrl, thumbnailUrl, thumbhash, title, filename } = photo;
  const scale = Math.min(1, PREVIEW / Math.max(photo.width, photo.height));
  const width = Math.round(photo.width * scale);
  return {
    id,
    src: previewUrl,
    msrc: thumbnailUrl,
    width,
    height: Math.round(photo.height * scale),
    alt: title ?? filename,
    thumbhash,
    original: originalOf(photo, width),
  };
}

/**
 * Replaces the list of an open PhotoSwipe by one that has grown at its ends. Nothing flickers, because the elements on
 * the screen stay the same and only their indexes change.
 * @returns false if the lists do not overlap; nothing is changed then
 */
export function grow(swipe: PhotoSwipe, slides: PhotoSlide[], next: readonly PhotoSlide[]): boolean {
  const first = slides[0];
  const shift = first ? next.findIndex(({ id }) => id === first.id) : -1;
  if (shift < 0 || slides.some(({ id }, at) => next[at + shift]?.id !== id)) return false;
  const grew = next.length > slides.length;
  slides.splice(0, slides.length, ...next);
  if (!grew) return true;
  renumber(swipe, shift);
  for (const beside of [swipe.currIndex - 1, swipe.currIndex + 1]) fill(swipe, beside);
  swipe.contentLoader.updateLazy();
  return true;
}

function renumber(swipe: PhotoSwipe, shift: number): void {
  swipe.currIndex += shift;
  swipe.potentialIndex += shift;
  const contents = new Set(swipe.contentLoader._cachedItems);
  for (const { slide } of swipe.mainScroll.itemHolders) {
    if (!slide) continue;
    slide.index += shift;
    contents.add(slide.content);
  }
  for (const content of contents) content.index += shift;
}

/** Fills the slot beside the shown photo that was empty because its photo was not loaded yet. */
function fill(swipe: PhotoSwipe, index: number): void {
  const holder = swipe.mainScroll.itemHolders[index - swipe.currIndex + 1];
  if (holder && !holder.slide && swipe.opener.isOpen) swipe.setContent(holder, index);
}

import type PhotoSwipe from 'photoswipe';
import type { SlideData } from 'photoswipe';

/** The original file of a photo, if browsers can show its format. */
export interface Original {
  url: string;
  /** Pixels as displayed. */
  width: number;
  height: number;
}

/** Formats that all browsers show. For other formats, such as HEIC and TIFF, the lightbox shows only the preview. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']);
/** A decoded pixel takes four bytes of memory. */
const MAX_PIXELS = 120_000_000;
/** A smaller enlargement makes no visible difference. */
const BLURRED = 1.1;

/** Returns the original if it shows more than the preview, or null. */
export function originalOf(
  photo: { contentType: string; width: number; height: number; originalUrl: string },
  previewWidth: number,
): Original | null {
  const { contentType, width, height, originalUrl: url } = photo;
  if (width < previewWidth * BLURRED || width * height > MAX_PIXELS) return null;
  return SHOWN.has(contentType) ? { url, width, height } : null;
}

/**
 * Returns whether a zoom level needs more pixels than the preview has.
 * @param zoom CSS pixels per pixel of the preview; `fit` is the zoom level that fits the window
 * @param pixelRatio screen pixels per CSS pixel
 */
export function isBeyondPreview(zoom: number, fit: number, pixelRatio: number): boolean {
  return zoom > fit * 1.01 && zoom * pixelRatio > BLURRED;
}

/** Replaces the preview by the original when the user zooms in beyond the resolution of the preview. */
export function zoomDeep(swipe: PhotoSwipe): void {
  const requested = new WeakSet<HTMLElement>();
  swipe.on('zoomPanUpdate', ({ slide }) => {
    const { content, currZoomLevel, zoomLevels } = slide;
    const { element } = content;
    const original = originalIn(slide.data);
    if (!original || !(element instanceof HTMLImageElement) || requested.has(element)) return;
    if (!isBeyondPreview(currZoomLevel, zoomLevels.fit, devicePixelRatio)) return;
    requested.add(element);
    void show(element, original);
  });
}

async function show(element: HTMLImageElement, { url, width, height }: Original): Promise<void> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    // The preview stays.
    return;
  }
  // A browser that ignores the EXIF orientation would show the original distorted.
  if (image.naturalWidth === width && image.naturalHeight === height) element.src = url;
}

function originalIn(data: SlideData & { original?: Original | null }): Original | null {
  return data.original ?? null;
}

import type PhotoSwipe from 'photoswipe';
import type { SlideData } from 'photoswipe';

/** The photo's own bytes, where a browser can show them. */
export interface Original {
  url: string;
  /** Pixels as displayed. */
  width: number;
  height: number;
}

/** Formats that every browser shows; of others (HEIC, TIFF) there is the preview. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']);
/** Each takes four bytes of memory when it is drawn. */
const MAX_PIXELS = 120_000_000;
/** Of less than that enlargement nobody sees a difference. */
const BLURRED = 1.1;

/** What there is to see of a photo beyond its preview; null where that is all. */
export function originalOf(
  photo: { contentType: string; width: number; height: number; originalUrl: string },
  previewWidth: number,
): Original | null {
  const { contentType, width, height, originalUrl: url } = photo;
  if (width < previewWidth * BLURRED || width * height > MAX_PIXELS) return null;
  return SHOWN.has(contentType) ? { url, width, height } : null;
}

/**
 * Whether so large a picture shows more than the preview has.
 * @param zoom CSS pixels for each of the preview; `fit` is the zoom that just fills the window
 * @param pixelRatio of the screen to CSS pixels
 */
export function isBeyondPreview(zoom: number, fit: number, pixelRatio: number): boolean {
  return zoom > fit * 1.01 && zoom * pixelRatio > BLURRED;
}

/** Puts the original in the place of the preview when somebody zooms in beyond what that has. */
export function zoomDeep(swipe: PhotoSwipe): void {
  const asked = new WeakSet<HTMLElement>();
  swipe.on('zoomPanUpdate', ({ slide }) => {
    const { content, currZoomLevel, zoomLevels } = slide;
    const { element } = content;
    const original = originalIn(slide.data);
    if (!original || !(element instanceof HTMLImageElement) || asked.has(element)) return;
    if (!isBeyondPreview(currZoomLevel, zoomLevels.fit, devicePixelRatio)) return;
    asked.add(element);
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
  // A browser that does not turn it as its metadata says would show it distorted.
  if (image.naturalWidth === width && image.naturalHeight === height) element.src = url;
}

function originalIn(data: SlideData & { original?: Original | null }): Original | null {
  return data.original ?? null;
}

/** A thumbnail is 400 pixels wide at most; up to here it may be enlarged. CSS pixels. */
const WIDEST_THUMBNAIL = 540;

/**
 * What is shown in a place of this width: the thumbnail, but the preview of a panorama. The addresses of both differ in
 * one word.
 * @param width CSS pixels, or a CSS length, of a place that no panorama fills
 */
export function pictureUrl(thumbnailUrl: string, width: number | string): string {
  const isWide = typeof width === 'number' && width > WIDEST_THUMBNAIL;
  return isWide ? thumbnailUrl.replace('/thumbnail?', '/preview?') : thumbnailUrl;
}

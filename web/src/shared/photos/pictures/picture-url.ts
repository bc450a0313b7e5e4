/** A thumbnail, at most 400 pixels wide, may be enlarged to this width in CSS pixels. */
const WIDEST_THUMBNAIL = 540;

/**
 * The URL of the picture to show at a width: the thumbnail, or the preview if the thumbnail is too narrow, as for a panorama.
 * The two URLs differ in one word.
 * @param width CSS pixels, or a CSS length of an element that is always narrow enough for the thumbnail
 */
export function pictureUrl(thumbnailUrl: string, width: number | string): string {
  const isWide = typeof width === 'number' && width > WIDEST_THUMBNAIL;
  return isWide ? thumbnailUrl.replace('/thumbnail?', '/preview?') : thumbnailUrl;
}

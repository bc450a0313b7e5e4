import { ROUTES } from '../../http/routes.ts';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';

/** Digits of the checksum in a URL. They distinguish different bytes of one photo, not different photos. */
const DIGITS = 8;

/**
 * Returns the URL of a rendition: a path on this origin that stays the same as long as the bytes do, so that
 * browsers can cache the response.
 */
export function mediaUrl(photo: { id: string; checksum: string }, rendition: keyof PhotoKeys): string {
  return `${ROUTES.media.path}/${photo.id}/${rendition}?v=${photo.checksum.slice(0, DIGITS)}`;
}

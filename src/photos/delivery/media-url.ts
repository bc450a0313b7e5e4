import { ROUTES } from '../../http/routes.ts';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';

/** Digits of the checksum in a URL: they tell a photo's own bytes apart, not photos. */
const DIGITS = 8;

/** A path on this origin that stays the same as long as the bytes do, so that a browser may keep what it got. */
export function mediaUrl(photo: { id: string; checksum: string }, which: keyof PhotoKeys): string {
  return `${ROUTES.media.path}/${photo.id}/${which}?v=${photo.checksum.slice(0, DIGITS)}`;
}

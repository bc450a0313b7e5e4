import { contentTypeOf } from '../../images/formats/formats.ts';
import { createHash } from 'node:crypto';
import type { ProcessedImage } from '../../images/image.ts';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';

/**
 * The folder name of a user's objects: the SHA-256 of the user's `sub`, in hexadecimal. A `sub` can be any
 * case-sensitive text. Its hash is a valid path component on every file system, including case-insensitive ones.
 */
export function ownerFolder(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}

/** The prefix of the keys of all originals. */
export const ORIGINALS = 'photos/';

/** The prefix of the keys of a user's originals. */
export function originalsOf(userId: string): string {
  return `${ORIGINALS}${ownerFolder(userId)}/`;
}

/** Returns the keys of a photo's objects. They are derived from IDs and formats only, never from filenames. */
export function photoKeys(
  userId: string,
  photoId: string,
  { format, thumbnail, preview }: Pick<ProcessedImage, 'format' | 'thumbnail' | 'preview'>,
): PhotoKeys {
  const owner = ownerFolder(userId);
  return {
    original: `${ORIGINALS}${owner}/${photoId}.${format.extension}`,
    thumbnail: `thumbnails/${owner}/${photoId}_thumb.${thumbnail.extension}`,
    preview: `thumbnails/${owner}/${photoId}_preview.${preview.extension}`,
  };
}

/** The content type of a rendition, derived from the extension of its key. */
export function renditionType(key: string): string {
  return contentTypeOf(key.slice(key.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}

/**
 * The time at which a UUID of version 7 was generated, in milliseconds since 1970:
 * https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function uuidTime(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

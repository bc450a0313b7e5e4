import { contentTypeOf } from '../../images/formats/formats.ts';
import { createHash } from 'node:crypto';
import type { PhotoKeys } from '../../metadata/photos/photo.repository.ts';

/**
 * The folder name of a person's objects: SHA-256 of their `sub`, hex. A `sub` is any text of any case; this is one
 * path component on every file system, whether it minds case or not.
 */
export function ownerFolder(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}

/** What the keys of all originals start with. */
export const ORIGINALS = 'photos/';

/** What the keys of a person's originals start with. */
export function originalsOf(userId: string): string {
  return `${ORIGINALS}${ownerFolder(userId)}/`;
}

/** Keys come from ids and formats alone, never from filenames. */
export function photoKeys(
  userId: string,
  photoId: string,
  extensions: { original: string; thumbnail: string; preview: string },
): PhotoKeys {
  const owner = ownerFolder(userId);
  return {
    original: `${ORIGINALS}${owner}/${photoId}.${extensions.original}`,
    thumbnail: `thumbnails/${owner}/${photoId}_thumb.${extensions.thumbnail}`,
    preview: `thumbnails/${owner}/${photoId}_preview.${extensions.preview}`,
  };
}

/** The content type of a rendition, which its key's extension tells. */
export function renditionType(key: string): string {
  return contentTypeOf(key.slice(key.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}

/** When a UUID of version 7 was made, in milliseconds since 1970: https://www.rfc-editor.org/rfc/rfc9562#section-5.7 */
export function madeAt(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

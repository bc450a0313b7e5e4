import type { ProcessedImage } from '../../images/image.ts';
import { resolveTakenAt } from '../../images/tags/taken-at.ts';
import type { NewPhoto, PhotoKeys } from '../../metadata/photos/photo.repository.ts';

/** The stored file of a new photo. */
export interface StoredFile {
  photoId: string;
  userId: string;
  filename: string;
  sizeBytes: number;
  checksum: string;
  keys: PhotoKeys;
  uploadedAt: Date;
}

/**
 * Returns the row of a new photo.
 * @param timeZone IANA time zone of the camera's clock, used if the file has no offset
 * @param renditionBytes sizes of the stored renditions; defaults to those of `image`
 */
export function newPhoto(
  { photoId, userId, filename, sizeBytes, checksum, keys, uploadedAt }: StoredFile,
  image: ProcessedImage,
  timeZone: string,
  renditionBytes = { thumbnail: image.thumbnail.bytes.length, preview: image.preview.bytes.length },
): NewPhoto {
  return {
    ...resolveTakenAt(image.capture, timeZone, uploadedAt),
    id: photoId,
    userId,
    filename,
    contentType: image.format.contentType,
    sizeBytes,
    width: image.width,
    height: image.height,
    checksum,
    thumbhash: image.thumbhash,
    uploadedAt,
    capture: image.capture,
    keys,
    thumbnailBytes: renditionBytes.thumbnail,
    previewBytes: renditionBytes.preview,
  };
}

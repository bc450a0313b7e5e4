import type { Row } from '../../database/database.ts';
import { Photo } from './photo.ts';

/** The columns of which a Photo is made; metadata and tags are read when they are asked for. */
export const PHOTO_COLUMNS = [
  'id, filename, title, description, favorite, private, content_type, size_bytes, width, height, checksum, thumbhash',
  'taken_at, taken_at_local, upload_date, updated_date, trashed_date',
  'camera_make, camera_model, camera_lens, iso, aperture, exposure_time, focal_length',
  'latitude, longitude, altitude, city, country',
].join(', ');

export interface PhotoRow extends Row {
  id: string;
  filename: string;
  title: string | null;
  description: string | null;
  favorite: boolean;
  private: boolean;
  content_type: string;
  size_bytes: number;
  width: number;
  height: number;
  checksum: string;
  thumbhash: string;
  taken_at: Date;
  taken_at_local: Date;
  upload_date: Date;
  updated_date: Date;
  trashed_date: Date | null;
  camera_make: string | null;
  camera_model: string | null;
  camera_lens: string | null;
  iso: number | null;
  aperture: number | null;
  exposure_time: string | null;
  focal_length: number | null;
  latitude: number | null;
  longitude: number | null;
  altitude: number | null;
  city: string | null;
  country: string | null;
}

export function toPhoto(row: PhotoRow): Photo {
  return Object.assign(new Photo(), {
    id: row.id,
    filename: row.filename,
    title: row.title,
    description: row.description,
    isFavorite: row.favorite,
    isPrivate: row.private,
    contentType: row.content_type,
    sizeBytes: row.size_bytes,
    width: row.width,
    height: row.height,
    checksum: row.checksum,
    thumbhash: row.thumbhash,
    takenAt: row.taken_at,
    takenAtLocal: row.taken_at_local,
    uploadedAt: row.upload_date,
    updatedAt: row.updated_date,
    trashedAt: row.trashed_date,
    camera: toCamera(row),
    location: toLocation(row),
  });
}

function toCamera(row: PhotoRow): Photo['camera'] {
  const camera = {
    make: row.camera_make,
    model: row.camera_model,
    lens: row.camera_lens,
    iso: row.iso,
    aperture: row.aperture,
    exposureTime: row.exposure_time,
    focalLength: row.focal_length,
  };
  return Object.values(camera).some((value) => value !== null) ? camera : null;
}

function toLocation({ latitude, longitude, altitude, city, country }: PhotoRow): Photo['location'] {
  return latitude === null || longitude === null ? null : { latitude, longitude, altitude, city, country };
}

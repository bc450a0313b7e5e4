import type { SqlValue } from '../../database/database.ts';
import { Camera, Location, Photo } from './photo.ts';

/** The columns of a Photo and the properties that they store. Metadata and tags are read only when requested. */
const PHOTO = {
  id: 'id',
  filename: 'filename',
  title: 'title',
  description: 'description',
  favorite: 'isFavorite',
  private: 'isPrivate',
  content_type: 'contentType',
  size_bytes: 'sizeBytes',
  width: 'width',
  height: 'height',
  checksum: 'checksum',
  thumbhash: 'thumbhash',
  taken_at: 'takenAt',
  taken_at_local: 'takenAtLocal',
  upload_date: 'uploadedAt',
  updated_date: 'updatedAt',
  trashed_date: 'trashedAt',
} as const satisfies Record<string, keyof Photo>;

const CAMERA = {
  camera_make: 'make',
  camera_model: 'model',
  camera_lens: 'lens',
  iso: 'iso',
  aperture: 'aperture',
  exposure_time: 'exposureTime',
  focal_length: 'focalLength',
} as const satisfies Record<string, keyof Camera>;

const LOCATION = {
  latitude: 'latitude',
  longitude: 'longitude',
  altitude: 'altitude',
  city: 'city',
  country: 'country',
} as const satisfies Record<string, keyof Location>;

type Mapping = Readonly<Record<string, string>>;

/** A row that has at least PHOTO_COLUMNS. */
export type PhotoRow = Record<keyof typeof PHOTO | keyof typeof CAMERA | keyof typeof LOCATION, SqlValue>;

/** The columns of a Photo, as a list for SELECT. */
export const PHOTO_COLUMNS = [PHOTO, CAMERA, LOCATION].flatMap(Object.keys).join(', ');

export function toPhoto(row: PhotoRow): Photo {
  const camera = fromRow(row, CAMERA);
  const location = fromRow(row, LOCATION);
  return Object.assign(new Photo(), fromRow(row, PHOTO), {
    camera: Object.values(camera).some((value) => value !== null) ? camera : null,
    location: location['latitude'] === null || location['longitude'] === null ? null : location,
  });
}

/** The properties of a new photo that are stored in columns. A property that the photo does not have is omitted. */
export type PhotoValues = Partial<Omit<Photo, 'camera' | 'location'>> & Pick<Photo, 'camera' | 'location'>;

/** The values of a photo by column: the inverse of `toPhoto`. */
export function toColumns({ camera, location, ...photo }: PhotoValues): Record<string, SqlValue> {
  return { ...toRow(photo, PHOTO), ...toRow(camera, CAMERA), ...toRow(location, LOCATION) };
}

function fromRow(row: PhotoRow, mapping: Mapping): Record<string, SqlValue> {
  const values: Record<string, SqlValue> = {};
  for (const column in mapping) values[mapping[column] ?? ''] = Reflect.get(row, column);
  return values;
}

function toRow(source: object | null, mapping: Mapping): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (const column in mapping) {
    const value: SqlValue | undefined = source && Reflect.get(source, mapping[column] ?? '');
    if (value !== undefined) row[column] = value;
  }
  return row;
}

import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type Transaction } from '../../database/database.ts';
import type { CaptureFacts } from '../../images/image.ts';
import { touchLibrary } from '../browse/library-memo.ts';
import { placeholders } from '../placeholders.ts';
import type { Photo } from './photo.ts';
import { PHOTO_COLUMNS, type PhotoRow, toColumns, toPhoto } from './photo-columns.ts';
import { fold } from '../../search/folding.ts';
import { foldForLike, searchText } from '../../search/search-text.ts';

/** The keys of a photo's objects. */
export interface PhotoKeys {
  original: string;
  thumbnail: string;
  preview: string;
}

/** A photo to be inserted: everything that its row stores, before the user has written anything. */
export interface NewPhoto extends Pick<
  Photo,
  | 'id'
  | 'filename'
  | 'contentType'
  | 'sizeBytes'
  | 'width'
  | 'height'
  | 'checksum'
  | 'thumbhash'
  | 'takenAt'
  | 'takenAtLocal'
  | 'uploadedAt'
> {
  userId: string;
  capture: CaptureFacts;
  keys: PhotoKeys;
  thumbnailBytes: number;
  previewBytes: number;
}

/** One object of a photo, with the facts needed to deliver it. */
export interface Media {
  key: string;
  /** Size of this object. */
  sizeBytes: number;
  /** Checksum of the original. */
  checksum: string;
  filename: string;
  /** Content type of the original. */
  contentType: string;
}

/**
 * A SELECT for `count` photos by ID ($2, $3, ...), limited to those of one user ($1). DuckDB uses the index of a
 * key only for a scan without other conditions, so the owner is compared in a separate step.
 */
export function selectByIds(columns: string, count: number): string {
  return (
    `WITH found AS MATERIALIZED (SELECT ${columns}, user_id AS owner_id FROM photos WHERE id IN (${placeholders(count, 2)})) ` +
    `SELECT * FROM found WHERE owner_id = $1`
  );
}

/**
 * A unique value for a user and a checksum: 128 bits in 32 hexadecimal digits. An index of the two columns would be
 * twice as large.
 */
export function contentKey(userId: string, checksum: string): string {
  return hash('sha256', `${checksum} ${userId}`).slice(0, 32);
}

/** Make and model as one name, in which the make is not repeated: "Canon EOS 40D", not "Canon Canon EOS 40D". */
function cameraName(capture: CaptureFacts): string | null {
  const { make, model } = capture.camera ?? { make: null, model: null };
  if (!make || !model) return make ?? model;
  return fold(model).startsWith(fold(make)) ? model : `${make} ${model}`;
}

function byKey(photos: readonly Photo[], key: 'id' | 'checksum'): Map<string, Photo> {
  return new Map(photos.map((photo) => [photo[key], photo]));
}

interface DeletedRow {
  id: string;
  size_bytes: number;
  storage_path: string;
  thumbnail_path: string;
  preview_path: string;
}

const TOMBSTONE_COLUMNS = 6;

const MEDIA_COLUMNS = {
  original: { path: 'storage_path', size: 'size_bytes' },
  thumbnail: { path: 'thumbnail_path', size: 'thumbnail_bytes' },
  preview: { path: 'preview_path', size: 'preview_bytes' },
} as const;

/** Finds photos by key, inserts and deletes them. Every method is limited to one user, except findTrashedBefore. */
@Injectable()
export class PhotoRepository {
  constructor(private readonly database: Database) {}

  /** The user's photos by ID, in no particular order. Unknown IDs are omitted. */
  async findByIds(userId: string, ids: readonly string[]): Promise<Map<string, Photo>> {
    const unique = [...new Set(ids)];
    if (unique.length === 0) return new Map();
    const rows = await this.database.query<PhotoRow>(selectByIds(PHOTO_COLUMNS, unique.length), [
      userId,
      ...unique,
    ]);
    return byKey(rows.map(toPhoto), 'id');
  }

  /** The user's photos by checksum, in no particular order. Unknown checksums are omitted. */
  async findByChecksums(userId: string, checksums: readonly string[]): Promise<Map<string, Photo>> {
    const unique = [...new Set(checksums)];
    if (unique.length === 0) return new Map();
    const rows = await this.database.query<PhotoRow>(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE content_key IN (${placeholders(unique.length)})`,
      unique.map((checksum) => contentKey(userId, checksum)),
    );
    return byKey(rows.map(toPhoto), 'checksum');
  }

  /** The object of one rendition, or null if the user has no such photo. */
  async findMedia(userId: string, id: string, rendition: keyof PhotoKeys): Promise<Media | null> {
    const { path, size } = MEDIA_COLUMNS[rendition];
    const [row] = await this.database.query<{
      key: string;
      size: number;
      checksum: string;
      filename: string;
      content_type: string;
    }>(selectByIds(`${path} AS key, ${size} AS size, checksum, filename, content_type`, 1), [userId, id]);
    if (!row) return null;
    const { key, checksum, filename } = row;
    return { key, sizeBytes: row.size, checksum, filename, contentType: row.content_type };
  }

  /** The metadata of each photo, as JSON text. */
  async findMetadata(userId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; metadata: string }>(
      selectByIds('id, CAST(metadata AS VARCHAR) AS metadata', ids.length),
      [userId, ...ids],
    );
    return new Map(rows.map((row) => [row.id, row.metadata]));
  }

  /** @throws UniqueViolationError if the user already has a photo with these bytes */
  async insert(tx: Transaction, photo: NewPhoto): Promise<void> {
    const { capture, keys } = photo;
    const camera = cameraName(capture);
    const { location } = capture;
    const columns: Record<string, SqlValue> = {
      ...toColumns({ ...photo, updatedAt: photo.uploadedAt, camera: capture.camera, location }),
      user_id: photo.userId,
      content_key: contentKey(photo.userId, photo.checksum),
      file_taken_at: photo.takenAt,
      file_taken_at_local: photo.takenAtLocal,
      camera,
      camera_folded: camera === null ? null : foldForLike(camera),
      search_text: searchText([photo.filename, camera, location?.city ?? null, location?.country ?? null]),
      storage_path: keys.original,
      thumbnail_path: keys.thumbnail,
      thumbnail_bytes: photo.thumbnailBytes,
      preview_path: keys.preview,
      preview_bytes: photo.previewBytes,
      metadata: JSON.stringify(capture.metadata),
    };
    const names = Object.keys(columns);
    await tx.run(
      `INSERT INTO photos (${names.join(', ')}) VALUES (${placeholders(names.length)})`,
      Object.values(columns),
    );
    await touchLibrary(tx, photo.userId);
  }

  /** IDs and owners of photos of all users that were moved to the trash before `before`, oldest first. */
  async findTrashedBefore(before: Date, limit: number): Promise<{ id: string; userId: string }[]> {
    const rows = await this.database.query<{ id: string; user_id: string }>(
      'SELECT id, user_id FROM photos WHERE trashed_date < $1 ORDER BY trashed_date, id LIMIT $2',
      [before, limit],
    );
    return rows.map((row) => ({ id: row.id, userId: row.user_id }));
  }

  /**
   * Deletes the rows of the user's photos and inserts a tombstone for each, so that its objects are removed later.
   * @param trashedBefore if not null, skips photos that were not in the trash by then, such as restored ones
   * @returns the deleted photos with the sizes of their originals
   */
  async delete(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    now: Date,
    trashedBefore: Date | null,
  ): Promise<{ id: string; sizeBytes: number }[]> {
    if (ids.length === 0) return [];
    // One conditional statement decides which photos are deleted here: a photo never gets two tombstones.
    const isExpired = trashedBefore === null ? '' : ` AND trashed_date < $${ids.length + 2}`;
    const rows = await tx.query<DeletedRow>(
      `DELETE FROM photos WHERE user_id = $1 AND id IN (${placeholders(ids.length, 2)})${isExpired}
       RETURNING id, size_bytes, storage_path, thumbnail_path, preview_path`,
      [userId, ...ids, ...(trashedBefore ? [trashedBefore] : [])],
    );
    if (rows.length === 0) return [];
    const deleted = rows.map((row) => row.id);
    await tx.run(
      `INSERT INTO tombstones (photo_id, user_id, storage_path, thumbnail_path, preview_path, created_date) VALUES ` +
        rows
          .map((_, index) => `(${placeholders(TOMBSTONE_COLUMNS, index * TOMBSTONE_COLUMNS + 1)})`)
          .join(', '),
      rows.flatMap((row) => [row.id, userId, row.storage_path, row.thumbnail_path, row.preview_path, now]),
    );
    await tx.run(`DELETE FROM photo_tags WHERE photo_id IN (${placeholders(deleted.length)})`, deleted);
    await touchLibrary(tx, userId);
    return rows.map((row) => ({ id: row.id, sizeBytes: row.size_bytes }));
  }
}

import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type Transaction } from '../../database/database.ts';
import type { CaptureFacts } from '../../images/image.ts';
import { touchLibrary } from '../browse/library-memo.ts';
import type { Photo } from './photo.ts';
import { PHOTO_COLUMNS, type PhotoRow, toColumns, toPhoto } from './photo-columns.ts';
import { fold } from '../../search/folding.ts';
import { foldForLike, searchText } from '../../search/search-text.ts';

/** Where the objects of one photo lie. */
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

/** One deliverable object of a photo. */
export interface Media {
  key: string;
  sizeBytes: number;
  checksum: string;
  filename: string;
  contentType: string;
}

/** $from, $from+1, ... for a list of `count` values. */
export function placeholders(count: number, from: number): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

/**
 * A SELECT of those of `count` ids ($2, $3, ...) that are the person's ($1). DuckDB takes the index of a key only for a scan
 * with no other condition, so the owner is compared in a step of its own.
 */
export function selectByIds(columns: string, count: number): string {
  return (
    `WITH found AS MATERIALIZED (SELECT ${columns}, user_id AS owner_id FROM photos WHERE id IN (${placeholders(count, 2)})) ` +
    `SELECT * FROM found WHERE owner_id = $1`
  );
}

/** One value for a person and their bytes: 128 bits as 32 digits. An index of both as they are would be twice as large. */
export function contentKey(userId: string, checksum: string): string {
  return hash('sha256', `${checksum} ${userId}`).slice(0, 32);
}

/** Make and model as a person says them: "Canon EOS 40D", never "Canon Canon EOS 40D". */
function cameraName(capture: CaptureFacts): string | null {
  const { make, model } = capture.camera ?? { make: null, model: null };
  if (!make || !model) return make ?? model;
  return fold(model).startsWith(fold(make)) ? model : `${make} ${model}`;
}

function byKey(photos: readonly Photo[], key: 'id' | 'checksum'): Map<string, Photo> {
  return new Map(photos.map((photo) => [photo[key], photo]));
}

const MEDIA_COLUMNS = {
  original: { path: 'storage_path', size: 'size_bytes' },
  thumbnail: { path: 'thumbnail_path', size: 'thumbnail_bytes' },
  preview: { path: 'preview_path', size: 'preview_bytes' },
} as const;

/** Photos one by one: found by key, born and buried. Every method is bound to one person. */
@Injectable()
export class PhotoRepository {
  constructor(private readonly database: Database) {}

  /** Those of the ids that are the person's, in no order; unknown ids are left out. */
  async findByIds(userId: string, ids: readonly string[]): Promise<Map<string, Photo>> {
    const unique = [...new Set(ids)];
    if (unique.length === 0) return new Map();
    const rows = await this.database.query<PhotoRow>(selectByIds(PHOTO_COLUMNS, unique.length), [
      userId,
      ...unique,
    ]);
    return byKey(rows.map(toPhoto), 'id');
  }

  async findByChecksums(userId: string, checksums: readonly string[]): Promise<Map<string, Photo>> {
    const unique = [...new Set(checksums)];
    if (unique.length === 0) return new Map();
    const rows = await this.database.query<PhotoRow>(
      `SELECT ${PHOTO_COLUMNS} FROM photos WHERE content_key IN (${placeholders(unique.length, 1)})`,
      unique.map((checksum) => contentKey(userId, checksum)),
    );
    return byKey(rows.map(toPhoto), 'checksum');
  }

  async findMedia(userId: string, id: string, which: keyof PhotoKeys): Promise<Media | null> {
    const { path, size } = MEDIA_COLUMNS[which];
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

  /** The metadata JSON of each id, as text. */
  async findMetadata(userId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; metadata: string }>(
      selectByIds('id, CAST(metadata AS VARCHAR) AS metadata', ids.length),
      [userId, ...ids],
    );
    return new Map(rows.map((row) => [row.id, row.metadata]));
  }

  /** Throws UniqueViolationError where the person has these bytes already. */
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
      `INSERT INTO photos (${names.join(', ')}) VALUES (${placeholders(names.length, 1)})`,
      Object.values(columns),
    );
    await touchLibrary(tx, photo.userId);
  }

  /** Ids of the photos that went into the trash before `before`, the oldest first, with whose they are. */
  async findTrashedBefore(before: Date, limit: number): Promise<{ id: string; userId: string }[]> {
    const rows = await this.database.query<{ id: string; user_id: string }>(
      'SELECT id, user_id FROM photos WHERE trashed_date < $1 ORDER BY trashed_date, id LIMIT $2',
      [before, limit],
    );
    return rows.map((row) => ({ id: row.id, userId: row.user_id }));
  }

  /**
   * Takes the person's photos out of the library: the rows go, a tombstone for each says which objects are to go. Gives
   * those that there were, with their sizes. `trashedBefore` spares what was restored in the meantime.
   */
  async bury(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    now: Date,
    trashedBefore: Date | null,
  ): Promise<{ id: string; sizeBytes: number }[]> {
    if (ids.length === 0) return [];
    const found = await tx.query<{ id: string; size_bytes: number; trashed_date: Date | null }>(
      selectByIds('id, size_bytes, trashed_date', ids.length),
      [userId, ...ids],
    );
    const rows = found.filter(
      (row) => trashedBefore === null || (row.trashed_date !== null && row.trashed_date < trashedBefore),
    );
    if (rows.length === 0) return [];
    const gone = rows.map((row) => row.id);
    await tx.run(
      `INSERT INTO tombstones (photo_id, user_id, storage_path, thumbnail_path, preview_path, created_date)
       SELECT id, user_id, storage_path, thumbnail_path, preview_path, CAST($1 AS TIMESTAMP)
       FROM photos WHERE id IN (${placeholders(gone.length, 2)})`,
      [now, ...gone],
    );
    await tx.run(`DELETE FROM photo_tags WHERE photo_id IN (${placeholders(gone.length, 1)})`, gone);
    await tx.run(`DELETE FROM photos WHERE id IN (${placeholders(gone.length, 1)})`, gone);
    await touchLibrary(tx, userId);
    return rows.map((row) => ({ id: row.id, sizeBytes: row.size_bytes }));
  }
}

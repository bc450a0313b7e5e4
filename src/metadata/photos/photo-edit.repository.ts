import { Injectable } from '@nestjs/common';
import { Database, type SqlValue, type Transaction } from '../../database/database.ts';
import { touchLibrary } from '../browse/library-memo.ts';
import { placeholders } from '../placeholders.ts';
import { selectByIds } from './photo.repository.ts';
import { searchText } from '../../search/search-text.ts';

/** Changes to photos. A field that is undefined is not changed. */
export interface PhotoEdit {
  title?: string | null;
  description?: string | null;
  /** Replaces all tags, in this order. */
  tags?: readonly string[];
  addTags?: readonly string[];
  removeTags?: readonly string[];
  isFavorite?: boolean;
  isPrivate?: boolean;
  /** Null restores both times from the file. */
  taken?: { at: Date; local: Date } | null;
}

/** Tags that a photo can have. */
export const MAX_TAGS = 100;

/** The columns that the search text is made from. */
interface SearchRow {
  id: string;
  filename: string;
  title: string | null;
  description: string | null;
  camera: string | null;
  city: string | null;
  country: string | null;
}

// Each row has two parameters, so that a statement has at most 400.
const ROWS_PER_STATEMENT = 200;

/** Batch edits of photos. Every method is limited to the photos of one user and ignores unknown IDs. */
@Injectable()
export class PhotoEditRepository {
  constructor(private readonly database: Database) {}

  /** The tags of each photo, in order. Photos without tags are omitted. */
  async findTags(userId: string, ids: readonly string[]): Promise<Map<string, string[]>> {
    return tagsOf(this.database, userId, ids);
  }

  /**
   * Edits photos.
   * @param edit if it has `tags`, at most MAX_TAGS of them
   * @param now time of the edit
   * @returns the IDs of the edited photos, and of those left unchanged because `addTags` would exceed MAX_TAGS
   */
  async edit(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    edit: PhotoEdit,
    now: Date,
  ): Promise<{ edited: string[]; tooManyTags: string[] }> {
    const existing = await this.#existing(tx, userId, ids);
    const tooManyTags = await this.#overTagged(tx, userId, existing, edit);
    const edited = existing.filter((id) => !tooManyTags.includes(id));
    if (edited.length === 0) return { edited, tooManyTags };
    const set = new Assignments(edited);
    set.assign('updated_date', now);
    if (edit.title !== undefined) set.assign('title', edit.title);
    if (edit.description !== undefined) set.assign('description', edit.description);
    if (edit.isFavorite !== undefined) set.assign('favorite', edit.isFavorite);
    if (edit.isPrivate !== undefined) set.assign('private', edit.isPrivate);
    if (edit.taken) set.assign('taken_at', edit.taken.at).assign('taken_at_local', edit.taken.local);
    if (edit.taken === null)
      set.copy('taken_at', 'file_taken_at').copy('taken_at_local', 'file_taken_at_local');
    await set.run(tx);
    const retagged = await this.#editTags(tx, userId, edited, edit, now);
    if (retagged || edit.title !== undefined || edit.description !== undefined)
      await this.#refreshSearch(tx, userId, edited);
    await touchLibrary(tx, userId);
    return { edited, tooManyTags };
  }

  /**
   * Moves photos to the trash, or restores them.
   * @param at time when the photos are moved to the trash; null restores them
   * @param now time of the change
   * @returns the IDs of the photos that moved. A photo that is already in the requested state is not changed.
   */
  async setTrashed(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    at: Date | null,
    now: Date,
  ): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<{ id: string; trashed_date: Date | null }>(
      selectByIds('id, trashed_date', ids.length),
      [userId, ...ids],
    );
    const moved = rows.filter((row) => (row.trashed_date === null) === (at !== null)).map((row) => row.id);
    if (moved.length === 0) return [];
    await tx.run(
      `UPDATE photos SET trashed_date = $1, updated_date = $2 WHERE id IN (${placeholders(moved.length, 3)})`,
      [at, now, ...moved],
    );
    await touchLibrary(tx, userId);
    return moved;
  }

  async #existing(tx: Transaction, userId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<{ id: string }>(selectByIds('id', ids.length), [userId, ...ids]);
    return rows.map((row) => row.id);
  }

  async #overTagged(
    tx: Transaction,
    userId: string,
    ids: readonly string[],
    edit: PhotoEdit,
  ): Promise<string[]> {
    const { addTags = [], removeTags = [] } = edit;
    if (addTags.length === 0 || ids.length === 0) return [];
    const tags = await tagsOf(tx, userId, ids);
    return ids.filter((id) => {
      const kept = (tags.get(id) ?? []).filter((tag) => !removeTags.includes(tag));
      return new Set([...kept, ...addTags]).size > MAX_TAGS;
    });
  }

  async #editTags(
    tx: Transaction,
    userId: string,
    ids: string[],
    edit: PhotoEdit,
    now: Date,
  ): Promise<boolean> {
    const { tags, addTags = [], removeTags = [] } = edit;
    if (!tags && addTags.length + removeTags.length === 0) return false;
    const ofPhotos = `user_id = $1 AND photo_id IN (${placeholders(ids.length, 2)})`;
    const params = [userId, ...ids];
    const listed = tags ?? removeTags;
    const list = placeholders(listed.length, params.length + 1);
    const ofTags = tags ? (listed.length > 0 ? ` AND tag NOT IN (${list})` : '') : ` AND tag IN (${list})`;
    if (tags || listed.length > 0)
      await tx.run(`DELETE FROM photo_tags WHERE ${ofPhotos}${ofTags}`, [...params, ...listed]);
    await this.#addTags(tx, ids, tags ?? addTags, tags !== undefined, now);
    return true;
  }

  /**
   * Positions are derived from the time, so that added tags follow the existing ones.
   * @param reorder whether existing tags get new positions as well, because `tags` is the whole list
   */
  async #addTags(
    tx: Transaction,
    ids: string[],
    tags: readonly string[],
    reorder: boolean,
    now: Date,
  ): Promise<void> {
    if (tags.length === 0) return;
    const params: SqlValue[] = [];
    const values = tags.map((tag, index) => {
      params.push(tag, now.getTime() * 1000 + index);
      return `(CAST($${params.length - 1} AS VARCHAR), CAST($${params.length} AS BIGINT))`;
    });
    await tx.run(
      `INSERT INTO photo_tags (photo_id, user_id, tag, position)
       SELECT photos.id, photos.user_id, added.tag, added.position
       FROM photos CROSS JOIN (VALUES ${values.join(', ')}) AS added(tag, position)
       WHERE photos.id IN (${placeholders(ids.length, params.length + 1)})
       ON CONFLICT (photo_id, tag) DO ${reorder ? 'UPDATE SET position = EXCLUDED.position' : 'NOTHING'}`,
      [...params, ...ids],
    );
  }

  async #refreshSearch(tx: Transaction, userId: string, ids: string[]): Promise<void> {
    const rows = await tx.query<SearchRow>(
      selectByIds('id, filename, title, description, camera, city, country', ids.length),
      [userId, ...ids],
    );
    const tags = await tagsOf(tx, userId, ids);
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const params: SqlValue[] = [];
      const values = rows.slice(start, start + ROWS_PER_STATEMENT).map((row) => {
        const { id, filename, title, description, camera, city, country } = row;
        params.push(
          id,
          searchText([filename, title, description, ...(tags.get(id) ?? []), camera, city, country]),
        );
        return `($${params.length - 1}, $${params.length})`;
      });
      await tx.run(
        `UPDATE photos SET search_text = fresh.search_text FROM (VALUES ${values.join(', ')}) AS fresh(id, search_text)
         WHERE photos.id = fresh.id`,
        params,
      );
    }
  }
}

async function tagsOf(
  reader: Pick<Transaction, 'query'>,
  userId: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await reader.query<{ photo_id: string; tag: string }>(
    `SELECT photo_id, tag FROM photo_tags WHERE user_id = $1 AND photo_id IN (${placeholders(ids.length, 2)})
     ORDER BY photo_id, position, tag`,
    [userId, ...ids],
  );
  const tags = new Map<string, string[]>();
  for (const row of rows) tags.set(row.photo_id, [...(tags.get(row.photo_id) ?? []), row.tag]);
  return tags;
}

/**
 * An `UPDATE photos SET ...` with the same values for several photos. The caller ensures that they belong to the
 * user.
 */
class Assignments {
  readonly #params: SqlValue[];
  readonly #condition: string;
  readonly #columns: string[] = [];

  constructor(ids: readonly string[]) {
    this.#params = [...ids];
    this.#condition = `id IN (${placeholders(ids.length)})`;
  }

  assign(column: string, value: SqlValue): this {
    this.#params.push(value);
    this.#columns.push(`${column} = $${this.#params.length}`);
    return this;
  }

  copy(column: string, from: string): this {
    this.#columns.push(`${column} = ${from}`);
    return this;
  }

  async run(tx: Transaction): Promise<void> {
    await tx.run(`UPDATE photos SET ${this.#columns.join(', ')} WHERE ${this.#condition}`, this.#params);
  }
}

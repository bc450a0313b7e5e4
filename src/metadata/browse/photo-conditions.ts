import type { SqlValue } from '../../database/database.ts';
import { foldForLike, searchPatterns } from '../../search/search-text.ts';
import type { GeoBounds, PhotoFilter, TimeRange } from './photo-filter.ts';

/**
 * SQL conditions joined by AND, with the parameters they use. `bind` adds a parameter and returns its placeholder.
 */
export class Conditions {
  readonly params: SqlValue[] = [];
  readonly #terms: string[] = [];

  bind(value: SqlValue): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }

  add(term: string): this {
    this.#terms.push(term);
    return this;
  }

  /** Adds `column = $n`, or nothing if `value` is null or undefined. */
  equal(column: string, value: SqlValue | undefined): void {
    if (value != null) this.add(`${column} = ${this.bind(value)}`);
  }

  /** Adds the condition that `column` is in the half-open range. A missing limit adds nothing. */
  between(column: string, range: TimeRange | null | undefined): void {
    if (range?.from) this.add(`${column} >= ${this.bind(range.from)}`);
    if (range?.to) this.add(`${column} < ${this.bind(range.to)}`);
  }

  toString(): string {
    return this.#terms.join(' AND ');
  }
}

/** The conditions for the photos of one user that match a filter. */
export function photoConditions(userId: string, filter: PhotoFilter | null | undefined): Conditions {
  const where = new Conditions();
  const user = where.bind(userId);
  where.add(`user_id = ${user}`).add(`trashed_date IS ${filter?.isTrashed ? 'NOT NULL' : 'NULL'}`);
  if (!filter) return where;
  where.between('taken_at', filter.takenAt);
  where.between('taken_at_local', filter.takenAtLocal);
  where.between('upload_date', filter.uploadedAt);
  where.equal('favorite', filter.isFavorite);
  where.equal('private', filter.isPrivate);
  for (const pattern of searchPatterns(filter.query ?? ''))
    where.add(`search_text LIKE ${where.bind(pattern)}`);
  addTags(where, user, filter.tags);
  addContentTypes(where, filter.contentTypes);
  addCamera(where, user, filter.camera);
  addBounds(where, filter.within);
  return where;
}

function addTags(where: Conditions, user: string, tags: string[] | null | undefined): void {
  const wanted = [...new Set(tags)];
  if (wanted.length === 0) return;
  const list = wanted.map((tag) => where.bind(tag)).join(', ');
  // One pass over the tags, regardless of how many are wanted. A photo has each tag once.
  where.add(
    `id IN (SELECT photo_id FROM photo_tags WHERE user_id = ${user} AND tag IN (${list}) ` +
      `GROUP BY photo_id HAVING COUNT(*) = ${where.bind(wanted.length)})`,
  );
}

function addContentTypes(where: Conditions, types: string[] | null | undefined): void {
  if (types == null) return;
  const list = types.map((type) => where.bind(type.toLowerCase()));
  where.add(list.length > 0 ? `content_type IN (${list.join(', ')})` : 'FALSE');
}

function addCamera(where: Conditions, user: string, camera: string | null | undefined): void {
  if (camera == null) return;
  const name = foldForLike(camera.trim());
  const exact = where.bind(name);
  const part = where.bind(`%${name}%`);
  // "Canon EOS 5D" must not match the "Canon EOS 5D Mark II", but "canon" matches every Canon camera.
  where.add(
    `(camera_folded = ${exact} OR (camera_folded LIKE ${part} AND NOT EXISTS ` +
      `(SELECT 1 FROM photos AS named WHERE named.user_id = ${user} AND named.camera_folded = ${exact})))`,
  );
}

function addBounds(where: Conditions, box: GeoBounds | null | undefined): void {
  if (!box) return;
  const { north, south, east, west } = box;
  where.add(`latitude >= ${where.bind(south)}`).add(`latitude <= ${where.bind(north)}`);
  const [fromWest, toEast] = [`longitude >= ${where.bind(west)}`, `longitude <= ${where.bind(east)}`];
  where.add(west <= east ? `${fromWest} AND ${toEast}` : `(${fromWest} OR ${toEast})`);
}

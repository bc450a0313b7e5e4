import { Field, Float, InputType, registerEnumType } from '@nestjs/graphql';
import { badUserInput } from '../../graphql/types/errors.ts';
import { DateTime, LocalDateTime } from '../../graphql/types/scalars.ts';
import type { SqlValue } from '../../database/database.ts';
import { foldForLike, searchPatterns } from '../../search/search-text.ts';
import { cleanTag } from '../photos/clean-text.ts';

@InputType()
export class DateRange {
  @Field(() => DateTime, { nullable: true, description: 'Inclusive.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  to?: Date | null;
}

@InputType()
export class LocalDateRange {
  @Field(() => LocalDateTime, { nullable: true, description: 'Inclusive.' })
  from?: Date | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'Exclusive.' })
  to?: Date | null;
}

@InputType({ description: 'Degrees; west is greater than east where the box crosses the 180th meridian.' })
export class GeoBounds {
  @Field(() => Float)
  north!: number;

  @Field(() => Float)
  south!: number;

  @Field(() => Float)
  east!: number;

  @Field(() => Float)
  west!: number;
}

@InputType()
export class PhotoFilter {
  @Field(() => String, {
    nullable: true,
    description:
      'Words, all of which must occur in the filename, title, description, tags, camera or place; case, width and accents fold.',
  })
  query?: string | null;

  @Field(() => DateRange, { nullable: true })
  takenAt?: DateRange | null;

  @Field(() => LocalDateRange, { nullable: true })
  takenAtLocal?: LocalDateRange | null;

  @Field(() => DateRange, { nullable: true })
  uploadedAt?: DateRange | null;

  @Field(() => [String], { nullable: true, description: 'All of these tags.' })
  tags?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  isFavorite?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  isPrivate?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Default false: the trash is a view of its own.' })
  isTrashed?: boolean | null;

  @Field(() => [String], { nullable: true })
  contentTypes?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A camera by its full name, as stats gives it; where there is none of that name, a part of a name.',
  })
  camera?: string | null;

  @Field(() => GeoBounds, { nullable: true })
  within?: GeoBounds | null;
}

export enum PhotoOrderField {
  TAKEN_AT = 'TAKEN_AT',
  UPLOADED_AT = 'UPLOADED_AT',
  FILENAME = 'FILENAME',
  SIZE = 'SIZE',
}
registerEnumType(PhotoOrderField, { name: 'PhotoOrderField' });

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(OrderDirection, { name: 'OrderDirection' });

@InputType()
export class PhotoOrder {
  @Field(() => PhotoOrderField)
  field!: PhotoOrderField;

  @Field(() => OrderDirection)
  direction!: OrderDirection;
}

export const NEWEST_FIRST: PhotoOrder = { field: PhotoOrderField.TAKEN_AT, direction: OrderDirection.DESC };

/** SQL conditions joined by AND, with the parameters they name; `bind` adds one and gives its placeholder. */
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

  /** `column = $n`, or nothing where no value is asked for. */
  equal(column: string, value: SqlValue | undefined): void {
    if (value != null) this.add(`${column} = ${this.bind(value)}`);
  }

  between(column: string, range: DateRange | LocalDateRange | null | undefined): void {
    if (range?.from) this.add(`${column} >= ${this.bind(range.from)}`);
    if (range?.to) this.add(`${column} < ${this.bind(range.to)}`);
  }

  toString(): string {
    return this.#terms.join(' AND ');
  }
}

const MAX_QUERY_LENGTH = 1_000;
const MAX_WORDS = 50;
const MAX_LIST = 100;

/**
 * What a filter asks of the photos of one person.
 * @throws BAD_USER_INPUT where a part of it is out of bounds.
 */
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
  addSearch(where, filter.query);
  addTags(where, user, filter.tags);
  addContentTypes(where, filter.contentTypes);
  addCamera(where, user, filter.camera);
  addBounds(where, filter.within);
  return where;
}

function addSearch(where: Conditions, query: string | null | undefined): void {
  if (query == null) return;
  if (query.length > MAX_QUERY_LENGTH)
    throw badUserInput(`filter.query must be at most ${MAX_QUERY_LENGTH} characters.`);
  const patterns = searchPatterns(query);
  if (patterns.length > MAX_WORDS) throw badUserInput(`filter.query must be at most ${MAX_WORDS} words.`);
  for (const pattern of patterns) where.add(`search_text LIKE ${where.bind(pattern)}`);
}

function addTags(where: Conditions, user: string, tags: string[] | null | undefined): void {
  if (tags == null) return;
  if (tags.length > MAX_LIST) throw badUserInput(`filter.tags must be at most ${MAX_LIST} tags.`);
  const wanted = [...new Set(tags.map(cleanTag))];
  if (wanted.length === 0) return;
  const list = wanted.map((tag) => where.bind(tag)).join(', ');
  // One look at the tags, however many are asked for: each is there once for a photo.
  where.add(
    `id IN (SELECT photo_id FROM photo_tags WHERE user_id = ${user} AND tag IN (${list}) ` +
      `GROUP BY photo_id HAVING COUNT(*) = ${where.bind(wanted.length)})`,
  );
}

function addContentTypes(where: Conditions, types: string[] | null | undefined): void {
  if (types == null) return;
  if (types.length > MAX_LIST) throw badUserInput(`filter.contentTypes must be at most ${MAX_LIST} types.`);
  const list = types.map((type) => where.bind(type.toLowerCase()));
  where.add(list.length > 0 ? `content_type IN (${list.join(', ')})` : 'FALSE');
}

function addCamera(where: Conditions, user: string, camera: string | null | undefined): void {
  if (camera == null) return;
  if (camera.length > MAX_QUERY_LENGTH)
    throw badUserInput(`filter.camera must be at most ${MAX_QUERY_LENGTH} characters.`);
  const name = foldForLike(camera.trim());
  const exact = where.bind(name);
  const part = where.bind(`%${name}%`);
  // "Canon EOS 5D" is not "Canon EOS 5D Mark II", but "canon" alone is every Canon.
  where.add(
    `(camera_folded = ${exact} OR (camera_folded LIKE ${part} AND NOT EXISTS ` +
      `(SELECT 1 FROM photos AS named WHERE named.user_id = ${user} AND named.camera_folded = ${exact})))`,
  );
}

function addBounds(where: Conditions, box: GeoBounds | null | undefined): void {
  if (!box) return;
  const { north, south, east, west } = box;
  if (Math.abs(north) > 90 || Math.abs(south) > 90 || Math.abs(east) > 180 || Math.abs(west) > 180)
    throw badUserInput(
      'filter.within must be degrees: -90..90 for north and south, -180..180 for east and west.',
    );
  if (south > north) throw badUserInput('filter.within.south must not be greater than filter.within.north.');
  where.add(`latitude >= ${where.bind(south)}`).add(`latitude <= ${where.bind(north)}`);
  const [fromWest, toEast] = [`longitude >= ${where.bind(west)}`, `longitude <= ${where.bind(east)}`];
  where.add(west <= east ? `${fromWest} AND ${toEast}` : `(${fromWest} OR ${toEast})`);
}

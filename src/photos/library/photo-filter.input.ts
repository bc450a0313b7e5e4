import { Field, Float, InputType, registerEnumType } from '@nestjs/graphql';
import { badUserInput } from '../../graphql/types/errors.ts';
import { DateTime, LocalDateTime } from '../../graphql/types/scalars.ts';
import {
  type GeoBounds,
  OrderDirection,
  type PhotoFilter,
  type PhotoOrder,
  PhotoOrderField,
  type TimeRange,
} from '../../metadata/browse/photo-filter.ts';
import { cleanTag } from '../../metadata/photos/clean-text.ts';
import { queryWords } from '../../search/folding.ts';

registerEnumType(PhotoOrderField, { name: 'PhotoOrderField' });
registerEnumType(OrderDirection, { name: 'OrderDirection' });

const MAX_TEXT = 1_000;
const MAX_WORDS = 50;
const MAX_LIST = 100;

@InputType('DateRange')
export class DateRangeInput implements TimeRange {
  @Field(() => DateTime, { nullable: true, description: 'Inclusive.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  to?: Date | null;
}

@InputType('LocalDateRange')
export class LocalDateRangeInput implements TimeRange {
  @Field(() => LocalDateTime, { nullable: true, description: 'Inclusive.' })
  from?: Date | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'Exclusive.' })
  to?: Date | null;
}

@InputType('GeoBounds', {
  description: 'Degrees. If west is greater than east, the box crosses the 180th meridian.',
})
export class GeoBoundsInput implements GeoBounds {
  @Field(() => Float)
  north!: number;

  @Field(() => Float)
  south!: number;

  @Field(() => Float)
  east!: number;

  @Field(() => Float)
  west!: number;
}

@InputType('PhotoFilter')
export class PhotoFilterInput implements PhotoFilter {
  @Field(() => String, {
    nullable: true,
    description:
      'Words that must all occur in the filename, title, description, tags, camera or place. Case, width and accents are ignored.',
  })
  query?: string | null;

  @Field(() => DateRangeInput, { nullable: true })
  takenAt?: DateRangeInput | null;

  @Field(() => LocalDateRangeInput, { nullable: true })
  takenAtLocal?: LocalDateRangeInput | null;

  @Field(() => DateRangeInput, { nullable: true })
  uploadedAt?: DateRangeInput | null;

  @Field(() => [String], { nullable: true, description: 'Tags that the photo must all have.' })
  tags?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  isFavorite?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  isPrivate?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Default: false. The trash is a view of its own.',
  })
  isTrashed?: boolean | null;

  @Field(() => [String], { nullable: true })
  contentTypes?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The full name of a camera as in stats, or a part of it if no camera has this name.',
  })
  camera?: string | null;

  @Field(() => GeoBoundsInput, { nullable: true })
  within?: GeoBoundsInput | null;
}

@InputType('PhotoOrder')
export class PhotoOrderInput implements PhotoOrder {
  @Field(() => PhotoOrderField)
  field!: PhotoOrderField;

  @Field(() => OrderDirection)
  direction!: OrderDirection;
}

/**
 * The filter of a client, within bounds and with clean tags.
 * @throws BAD_USER_INPUT if a part of it is out of bounds.
 */
export function toFilter(input: PhotoFilterInput | null | undefined): PhotoFilter | null {
  if (!input) return null;
  const { query, camera, tags, contentTypes, within } = input;
  checkLength('query', query?.length, MAX_TEXT, 'characters');
  checkLength('query', query == null ? 0 : queryWords(query).length, MAX_WORDS, 'words');
  checkLength('camera', camera?.length, MAX_TEXT, 'characters');
  checkLength('tags', tags?.length, MAX_LIST, 'tags');
  checkLength('contentTypes', contentTypes?.length, MAX_LIST, 'types');
  if (within) checkBounds(within);
  return Object.assign({}, input, { tags: tags?.map(cleanTag) ?? null });
}

function checkLength(field: string, length: number | undefined, max: number, unit: string): void {
  if (length !== undefined && length > max)
    throw badUserInput(`filter.${field} must be at most ${max} ${unit}.`);
}

function checkBounds({ north, south, east, west }: GeoBounds): void {
  if (Math.abs(north) > 90 || Math.abs(south) > 90 || Math.abs(east) > 180 || Math.abs(west) > 180)
    throw badUserInput(
      'filter.within must be in degrees: -90..90 for north and south, -180..180 for east and west.',
    );
  if (south > north) throw badUserInput('filter.within.south must not be greater than filter.within.north.');
}

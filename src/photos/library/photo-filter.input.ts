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
  @Field(() => DateTime, { nullable: true, description: 'Start, inclusive.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'End, exclusive.' })
  to?: Date | null;
}

@InputType('LocalDateRange')
export class LocalDateRangeInput implements TimeRange {
  @Field(() => LocalDateTime, { nullable: true, description: 'Start, inclusive.' })
  from?: Date | null;

  @Field(() => LocalDateTime, { nullable: true, description: 'End, exclusive.' })
  to?: Date | null;
}

@InputType('GeoBounds', {
  description:
    'Area between two latitudes and two longitudes, in degrees (WGS 84). If west is greater than east, the area crosses the 180th meridian.',
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

@InputType('PhotoFilter', { description: 'Conditions that a photo must all meet.' })
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
    description:
      'Selects photos that are in the trash (true) or not in the trash (false). Defaults to false, because the trash is a separate view.',
  })
  isTrashed?: boolean | null;

  @Field(() => [String], { nullable: true })
  contentTypes?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Full name of a camera as in stats, or part of a name if no camera has this full name.',
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
 * Validates a client's filter and normalizes its tags.
 * @throws BAD_USER_INPUT if a field is too long or out of range
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
    throw badUserInput(`filter.${field} must have at most ${max} ${unit}.`);
}

function checkBounds({ north, south, east, west }: GeoBounds): void {
  if (Math.abs(north) > 90 || Math.abs(south) > 90 || Math.abs(east) > 180 || Math.abs(west) > 180)
    throw badUserInput(
      'filter.within must be in degrees: -90 to 90 for north and south, -180 to 180 for east and west.',
    );
  if (south > north) throw badUserInput('filter.within.south must not be greater than filter.within.north.');
}

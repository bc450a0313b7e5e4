import { Field, InputType } from '@nestjs/graphql';
import { DateTime, type OffsetDate } from '../../graphql/types/scalars.ts';
import { InvalidInputError } from '../../graphql/types/user-error.ts';
import { MAX_TAGS, type PhotoEdit } from '../../metadata/photos/photo-edit.repository.ts';
import { cleanTag, cleanText } from '../../metadata/photos/clean-text.ts';

const MAX_TITLE = 255;
const MAX_DESCRIPTION = 10_000;
const MAX_TAG = 100;

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

@InputType({
  description:
    'Changes to a photo. An omitted field keeps its value. Null clears title, description and tags, and restores takenAt from the file. A null boolean, or tags together with addTags or removeTags, is an InvalidInputError. The offset given in takenAt sets takenAtLocal.',
})
export class PhotoPatch {
  @Field(() => String, { nullable: true })
  title?: string | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Replaces all tags. Cannot be combined with addTags or removeTags.',
  })
  tags?: string[] | null;

  @Field(() => [String], { nullable: true })
  addTags?: string[] | null;

  @Field(() => [String], { nullable: true })
  removeTags?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  isFavorite?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  isPrivate?: boolean | null;

  @Field(() => DateTime, { nullable: true })
  takenAt?: OffsetDate | null;
}

/** Converts a patch to an edit with normalized texts and tags, or returns an error for the first invalid field. */
export function toEdit(patch: PhotoPatch): PhotoEdit | InvalidInputError {
  const edit: PhotoEdit = {};
  for (const field of ['isFavorite', 'isPrivate'] as const) {
    if (patch[field] === null)
      return new InvalidInputError(field, `${field} must be true or false. Omit it to keep its value.`);
    if (patch[field] !== undefined) edit[field] = patch[field];
  }
  for (const [field, limit] of [
    ['title', MAX_TITLE],
    ['description', MAX_DESCRIPTION],
  ] as const) {
    const value = patch[field];
    if (value === undefined) continue;
    const text = value === null ? '' : cleanText(value);
    if (text.length > limit)
      return new InvalidInputError(field, `${field} must have at most ${limit} characters.`);
    edit[field] = text === '' ? null : text;
  }
  if (patch.tags !== undefined && (patch.addTags !== undefined || patch.removeTags !== undefined))
    return new InvalidInputError('tags', 'tags cannot be combined with addTags or removeTags.');
  for (const field of ['tags', 'addTags', 'removeTags'] as const) {
    if (patch[field] === undefined) continue;
    const tags = cleanTags(field, patch[field] ?? []);
    if (tags instanceof InvalidInputError) return tags;
    edit[field] = tags;
  }
  if (patch.takenAt && (patch.takenAt.getTime() < FIRST_INSTANT || patch.takenAt.getTime() > LAST_INSTANT))
    return new InvalidInputError('takenAt', 'takenAt must be between the years 1 and 9999 in UTC.');
  if (patch.takenAt !== undefined)
    edit.taken = patch.takenAt && { at: new Date(patch.takenAt), local: patch.takenAt.toLocal() };
  return edit;
}

function cleanTags(field: string, tags: readonly string[]): string[] | InvalidInputError {
  const cleaned = [...new Set(tags.map(cleanTag))];
  if (cleaned.length > MAX_TAGS)
    return new InvalidInputError(field, `${field} must have at most ${MAX_TAGS} tags.`);
  if (cleaned.some((tag) => tag === '' || tag.length > MAX_TAG))
    return new InvalidInputError(field, `A tag must have 1 to ${MAX_TAG} characters.`);
  return cleaned;
}

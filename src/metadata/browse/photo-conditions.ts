import { foldForLike } from '../../search/search-text.ts';
import type { ConditionDialect } from './condition-dialect.ts';
import { Conditions } from './conditions.ts';
import type { GeoBounds, PhotoFilter } from './photo-filter.ts';

/** The conditions for the photos of one user that match a filter, in the form that suits an engine. */
export function photoConditions(
  dialect: ConditionDialect,
  userId: string,
  filter: PhotoFilter | null | undefined,
): Conditions {
  const where = new Conditions();
  const user = addOwner(where, userId, filter);
  if (!filter) return where;
  where.between('taken_at', filter.takenAt);
  where.between('taken_at_local', filter.takenAtLocal);
  where.between('upload_date', filter.uploadedAt);
  where.equal('favorite', filter.isFavorite);
  where.equal('private', filter.isPrivate);
  dialect.addWords(where, filter.query ?? '');
  dialect.addTags(where, user, [...new Set(filter.tags)]);
  addContentTypes(where, filter.contentTypes);
  addCamera(where, user, filter.camera);
  addBounds(where, filter.within);
  return where;
}

/** The photo belongs to the user, and is in the library or in the trash. @returns the placeholder of the user's ID */
export function addOwner(
  where: Conditions,
  userId: string,
  filter: Pick<PhotoFilter, 'isTrashed'> | null | undefined,
): string {
  const user = where.bind(userId);
  where.add(`user_id = ${user}`).add(`trashed_date IS ${filter?.isTrashed ? 'NOT NULL' : 'NULL'}`);
  return user;
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

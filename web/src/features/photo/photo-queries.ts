import { queryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  PhotoDetailsDocument,
  type PhotoDetailsQuery,
  ShownPhotoDocument,
  type ShownPhotoQuery,
  TagNamesDocument,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../shared/api/query-client.ts';
import { applyChangesTo, type PhotoChange } from '../../shared/photos/changes/library-cache.ts';

/** What the picture and the buttons over it need. */
export type ShownPhoto = NonNullable<ShownPhotoQuery['photo']>;

/** What is written beside the picture. */
export type PhotoDetails = NonNullable<PhotoDetailsQuery['photo']>;

/** Null where there is no such photo, or none that this person may see. */
export function shownPhotoQuery(id: string) {
  return queryOptions({
    queryKey: [LIBRARY, 'photo', id],
    queryFn: async ({ signal }) => (await execute(ShownPhotoDocument, { id }, { signal })).photo,
  });
}

/** Null where there is no such photo. */
export function photoDetailsQuery(id: string) {
  return queryOptions({
    queryKey: [LIBRARY, 'photo-details', id],
    queryFn: async ({ signal }) => (await execute(PhotoDetailsDocument, { id }, { signal })).photo,
  });
}

/** Every tag of the library, the most used first. */
export const tagNamesQuery = queryOptions({
  queryKey: [LIBRARY, 'tag-names'],
  queryFn: async ({ signal }) => (await execute(TagNamesDocument, {}, { signal })).tags,
});

/** A photo after a change of its switches and its title. */
export function changeShown(photo: ShownPhoto, { ids, patch }: PhotoChange): ShownPhoto {
  if (!ids.has(photo.id) || !patch) return photo;
  return {
    ...photo,
    isFavorite: patch.isFavorite ?? photo.isFavorite,
    isPrivate: patch.isPrivate ?? photo.isPrivate,
    title: patch.title === undefined ? photo.title : patch.title,
  };
}

/** A photo's details after a change of what a person wrote. */
export function changeDetails(photo: PhotoDetails, { ids, patch }: PhotoChange): PhotoDetails {
  if (!ids.has(photo.id) || !patch) return photo;
  return {
    ...photo,
    title: patch.title === undefined ? photo.title : patch.title,
    description: patch.description === undefined ? photo.description : patch.description,
    tags: changeTags(photo.tags, patch),
  };
}

function changeTags(tags: string[], patch: NonNullable<PhotoChange['patch']>): string[] {
  const removed = new Set(patch.removeTags);
  return [...new Set([...(patch.tags ?? tags), ...(patch.addTags ?? [])])].filter((tag) => !removed.has(tag));
}

applyChangesTo('photo', changeShown);
applyChangesTo('photo-details', changeDetails);

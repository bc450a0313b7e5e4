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

/** The fields of a photo that the lightbox and its toolbar show. */
export type ShownPhoto = NonNullable<ShownPhotoQuery['photo']>;

/** The fields of a photo that the info panel shows. */
export type PhotoDetails = NonNullable<PhotoDetailsQuery['photo']>;

/** A photo for the lightbox. The result is null if it does not exist or belongs to another user. */
export function shownPhotoQuery(id: string) {
  return queryOptions({
    queryKey: [LIBRARY, 'photo', id],
    queryFn: async ({ signal }) => (await execute(ShownPhotoDocument, { id }, { signal })).photo,
  });
}

/** A photo for the info panel. The result is null if it does not exist or belongs to another user. */
export function photoDetailsQuery(id: string) {
  return queryOptions({
    queryKey: [LIBRARY, 'photo-details', id],
    queryFn: async ({ signal }) => (await execute(PhotoDetailsDocument, { id }, { signal })).photo,
  });
}

/** All tags of the library, most used first. */
export const tagNamesQuery = queryOptions({
  queryKey: [LIBRARY, 'tag-names'],
  queryFn: async ({ signal }) => (await execute(TagNamesDocument, {}, { signal })).tags,
});

/** Returns a photo of the lightbox after a change. Returns the same object if the change is about other photos. */
export function changeShown(photo: ShownPhoto, { ids, patch }: PhotoChange): ShownPhoto {
  if (!ids.has(photo.id) || !patch) return photo;
  return {
    ...photo,
    isFavorite: patch.isFavorite ?? photo.isFavorite,
    isPrivate: patch.isPrivate ?? photo.isPrivate,
    title: patch.title === undefined ? photo.title : patch.title,
  };
}

/** Returns a photo of the info panel after a change. Returns the same object if the change is about other photos. */
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

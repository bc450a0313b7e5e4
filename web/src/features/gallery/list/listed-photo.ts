import type { GalleryPageQuery } from '../../../shared/api/generated/graphql.ts';

/** The fields of a photo that the pages of the gallery show. */
export type ListedPhoto = GalleryPageQuery['photos']['nodes'][number];

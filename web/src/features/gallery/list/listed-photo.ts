import type { GalleryPageQuery } from '../../../shared/api/generated/graphql.ts';

/** What the pages of the gallery show of a photo. */
export type ListedPhoto = GalleryPageQuery['photos']['nodes'][number];

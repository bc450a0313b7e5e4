import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { JsonScalar } from '../../graphql/types/scalars.ts';
import { Photo } from '../../metadata/photos/photo.ts';
import { mediaUrl } from '../delivery/media-url.ts';
import { PhotoLoaders } from './photo-loaders.ts';

/** Resolves the fields of a photo that are derived or that are read only when requested. */
@Resolver(() => Photo)
export class PhotoResolver {
  constructor(private readonly loaders: PhotoLoaders) {}

  @ResolveField(() => [String])
  tags(@CurrentUser() user: Identity, @Context() context: object, @Parent() photo: Photo): Promise<string[]> {
    return this.loaders.of(context, user.sub).tags.load(photo.id);
  }

  @ResolveField(() => JsonScalar, { description: "All metadata read from the file's EXIF, IPTC and XMP." })
  metadata(
    @CurrentUser() user: Identity,
    @Context() context: object,
    @Parent() photo: Photo,
  ): Promise<unknown> {
    return this.loaders.of(context, user.sub).metadata.load(photo.id);
  }

  @ResolveField(() => String, {
    description: 'URL of the thumbnail, which fits within 400 x 400 pixels and is never enlarged.',
  })
  thumbnailUrl(@Parent() photo: Photo): string {
    return mediaUrl(photo, 'thumbnail');
  }

  @ResolveField(() => String, {
    description:
      "URL of the preview, which fits within 2048 x 2048 pixels and is never enlarged. Browsers can display it regardless of the original's format (HEIC, TIFF).",
  })
  previewUrl(@Parent() photo: Photo): string {
    return mediaUrl(photo, 'preview');
  }

  @ResolveField(() => String, { description: "URL of the original's bytes, unchanged, as a download." })
  originalUrl(@Parent() photo: Photo): string {
    return mediaUrl(photo, 'original');
  }
}

import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ROUTES } from '../../http/routes.ts';
import type { Request, Response } from 'express';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { CONFIG, type Config } from '../../config/config.ts';
import { type PhotoKeys, PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import { ObjectNotFoundError, ObjectStore } from '../../storage/object-store.ts';
import { sendRefusal } from '../../http/error-response.ts';
import { deliver } from './delivery.ts';

import { renditionType } from '../objects/photo-keys.ts';

const RENDITIONS: readonly (keyof PhotoKeys)[] = ['original', 'thumbnail', 'preview'];

/**
 * Delivers the bytes of a photo to its owner. For any other user, the response is the same as for an unknown ID.
 */
@Controller(ROUTES.media.path)
export class MediaController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly photos: PhotoRepository,
    private readonly store: ObjectStore,
  ) {}

  @Get(':id/:kind')
  async get(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    const rendition = RENDITIONS.find((name) => name === kind);
    const media = rendition ? await this.photos.findMedia(user.sub, id, rendition) : null;
    if (!media) return notFound(req, res);
    const { key, sizeBytes, checksum, filename } = media;
    const isOriginal = kind === 'original';
    const presented = {
      key,
      sizeBytes,
      etag: isOriginal ? `"${checksum}"` : `"${checksum.slice(0, 32)}-${kind}-${sizeBytes}"`,
      contentType: isOriginal ? media.contentType : renditionType(key),
      cacheControl: isOriginal ? 'private, no-cache' : 'private, max-age=31536000, immutable',
      ...(isOriginal ? { attachment: filename } : {}),
    };
    try {
      await deliver(req, res, this.store, presented, { redirect: this.config.mediaDelivery === 'signed' });
    } catch (error) {
      // The photo was deleted after its row was read.
      if (!(error instanceof ObjectNotFoundError)) throw error;
      notFound(req, res);
    }
  }
}

function notFound(req: Request, res: Response): void {
  sendRefusal(req, res, 404, 'NOT_FOUND', 'No photo has this URL.');
}

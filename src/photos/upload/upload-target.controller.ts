import { Controller, Param, Put, Req, Res } from '@nestjs/common';
import { ROUTES } from '../../http/routes.ts';
import type { Request, Response } from 'express';
import { CurrentUser } from '../../auth/current-user.ts';
import type { Identity } from '../../auth/identity.ts';
import { sendRefusal } from '../../http/error-response.ts';
import { PutRefusedError, StagedUploads } from './staged-uploads.service.ts';

/** Receives the bytes of the staged door if there is no bucket: a PUT to the URL of an upload target. */
@Controller(ROUTES.uploads.path)
export class UploadTargetController {
  constructor(private readonly uploads: StagedUploads) {}

  @Put(':id/:secret')
  async put(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Param('secret') secret: string,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    const length = req.headers['content-length'];
    try {
      await this.uploads.receive(user.sub, id, secret, req, length === undefined ? null : Number(length));
      res.status(200).end();
    } catch (error) {
      // A client that has disconnected needs no response, and its disconnection is not an error of the service.
      if (!res.socket || res.socket.destroyed) return;
      if (!(error instanceof PutRefusedError)) throw error;
      // Closes the connection after the response, because the rest of the body is not read.
      res.setHeader('Connection', 'close');
      sendRefusal(req, res, error.status, error.code, error.message);
    }
  }
}

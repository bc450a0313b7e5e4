import { All, Controller, Get, MethodNotAllowedException, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ROUTES } from '../http/routes.ts';
import { Anonymous } from '../auth/identity.guard.ts';
import { type HealthReport, Readiness } from './readiness.ts';

/** For probes, which have no identity: answers say nothing about the inside but up or down. */
@Anonymous()
@Controller(ROUTES.health.path)
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process answers; where it does not, it should be started anew. */
  @Get('live')
  live(@Res() res: Response): void {
    answer(res, { status: 'ok' });
  }

  /** Requests may be sent here. */
  @Get('ready')
  async ready(@Res() res: Response): Promise<void> {
    answer(res, await this.readiness.ready());
  }

  /** The start is over. */
  @Get('startup')
  async startup(@Res() res: Response): Promise<void> {
    answer(res, await this.readiness.started());
  }

  @All(['live', 'ready', 'startup'])
  refuse(@Res({ passthrough: true }) res: Response): never {
    res.setHeader('Allow', 'GET, HEAD');
    throw new MethodNotAllowedException();
  }
}

function answer(res: Response, report: HealthReport): void {
  res
    .status(report.status === 'ok' ? 200 : 503)
    .setHeader('Cache-Control', 'no-store')
    .json(report);
}

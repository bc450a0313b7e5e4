import { All, Controller, Get, MethodNotAllowedException, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ROUTES } from '../http/routes.ts';
import { Anonymous } from '../auth/identity.guard.ts';
import { type HealthReport, Readiness } from './readiness.ts';

/** Endpoints for probes. They require no identity, so they reveal only whether each dependency is up or down. */
@Anonymous()
@Controller(ROUTES.health.path)
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process responds. If it does not, it should be restarted. */
  @Get('live')
  live(@Res() res: Response): void {
    send(res, { status: 'ok' });
  }

  /** Whether the service can handle requests. */
  @Get('ready')
  async ready(@Res() res: Response): Promise<void> {
    send(res, await this.readiness.ready());
  }

  /** Whether the service has finished starting. */
  @Get('startup')
  async startup(@Res() res: Response): Promise<void> {
    send(res, await this.readiness.started());
  }

  @All(['live', 'ready', 'startup'])
  refuse(@Res({ passthrough: true }) res: Response): never {
    res.setHeader('Allow', 'GET, HEAD');
    throw new MethodNotAllowedException();
  }
}

function send(res: Response, report: HealthReport): void {
  res
    .status(report.status === 'ok' ? 200 : 503)
    .setHeader('Cache-Control', 'no-store')
    .json(report);
}

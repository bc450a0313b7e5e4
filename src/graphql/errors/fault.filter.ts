import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  NotFoundException,
} from '@nestjs/common';
import type { GqlContextType } from '@nestjs/graphql';
import type { Request, Response } from 'express';
import { handleHttpErrors } from './http-error-handler.ts';
import { sendRefusal } from '../../http/error-response.ts';

/** What resolvers and controllers throw. Nest by itself logs each fault of a client as an error of the service. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // Apollo's plugin logs what is worth it. Not returned: what is no Error would be taken for the field's value.
    if (host.getType<GqlContextType>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const [req, res] = [http.getRequest<Request>(), http.getResponse<Response>()];
    if (error instanceof NotFoundException && !res.headersSent)
      return sendRefusal(req, res, 404, 'NOT_FOUND', 'There is nothing at this address.');
    if (!(error instanceof HttpException) || res.headersSent) {
      void handleHttpErrors(error, req, res, http.getNext());
      return;
    }
    // Probes and guards choose what their HTTP exceptions say; Nest's own say it in words alone.
    const status = error.getStatus();
    if (hasOwnBody(error)) res.status(status).json(error.getResponse());
    else if (status < 500) sendRefusal(req, res, status, 'INVALID_INPUT', error.message);
    else void handleHttpErrors(error, req, res, http.getNext());
  }
}

/** Nest's own exceptions say their status code and name and no more. */
function hasOwnBody(error: HttpException): boolean {
  const body = error.getResponse();
  return typeof body === 'object' && !('statusCode' in body);
}

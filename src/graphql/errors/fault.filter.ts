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

/**
 * Handles the errors that resolvers and controllers throw. Nest's default filter would log each client error as an
 * error of the service.
 */
@Catch()
export class FaultFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // Apollo's plugin logs the error. Rethrown, because a returned value that is not an Error would become the
    // field's value.
    if (host.getType<GqlContextType>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const [req, res] = [http.getRequest<Request>(), http.getResponse<Response>()];
    if (error instanceof NotFoundException && !res.headersSent)
      return sendRefusal(req, res, 404, 'NOT_FOUND', 'Nothing was found at this URL.');
    if (!(error instanceof HttpException) || res.headersSent) {
      void handleHttpErrors(error, req, res, http.getNext());
      return;
    }
    // Probes and guards set the response body of their HTTP exceptions. Nest's own exceptions contain only a message.
    const status = error.getStatus();
    if (hasOwnBody(error)) res.status(status).json(error.getResponse());
    else if (status < 500) sendRefusal(req, res, status, 'INVALID_INPUT', error.message);
    else void handleHttpErrors(error, req, res, http.getNext());
  }
}

/** The body of Nest's own exceptions contains a `statusCode`. */
function hasOwnBody(error: HttpException): boolean {
  const body = error.getResponse();
  return typeof body === 'object' && !('statusCode' in body);
}

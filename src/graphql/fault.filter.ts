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
import { sendRefusal } from './types/http-fault.ts';

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
    // Probes and guards choose what their HTTP exceptions say.
    if (error instanceof HttpException && !res.headersSent && hasOwnBody(error))
      res.status(error.getStatus()).json(error.getResponse());
    else handleHttpErrors(error, req, res, http.getNext());
  }
}

/** Nest's own exceptions say their status code and name and no more. */
function hasOwnBody(error: HttpException): boolean {
  const body = error.getResponse();
  return typeof body === 'object' && !('statusCode' in body);
}

import type { Request, RequestHandler, Response } from 'express';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import type { Config } from '../../config/config.ts';
import type { Staging } from '../../storage/staging/staging.ts';
import { LIMITS } from '../limits/limits.ts';
import { type MultipartLimits, multipartReader } from './multipart-reader.ts';
import { badUserInput, fault } from '../types/errors.ts';
import type { InflightBytes } from '../../storage/staging/inflight-bytes.ts';

/** The headers that a page of another origin cannot send without asking (Apollo's csrfPrevention has the same). */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** Boundaries and headers of the parts. */
const FRAMING_BYTES = 64 * 1024;

/**
 * Takes the GraphQL multipart requests of POST /graphql; other requests pass. What is refused, for its origin, its size
 * or for lack of room, is refused before a byte of it is read.
 */
export function uploads(
  { maxFileBytes, maxRequestBytes }: Pick<Config, 'maxFileBytes' | 'maxRequestBytes'>,
  inflight: InflightBytes,
  staging: Staging,
): RequestHandler {
  const limits: MultipartLimits = {
    maxFiles: LIMITS.files,
    maxFileBytes,
    maxFieldBytes: LIMITS.bodyBytes,
    maxRequestBytes: Math.min(
      maxRequestBytes,
      LIMITS.files * maxFileBytes + 2 * LIMITS.bodyBytes + FRAMING_BYTES,
    ),
  };
  const read = graphqlUploadExpress({ processRequest: multipartReader(limits, staging) });
  return async (req, res, next) => {
    if (req.method !== 'POST' || !req.is('multipart/form-data')) return next();
    assertPreflight(req);
    const release = await inflight.acquire(
      bytesOf(req, limits.maxRequestBytes, inflight.limit),
      closing(res),
      req.identity?.sub,
    );
    if (res.closed) return release();
    res.once('close', release);
    return read(req, res, next);
  };
}

function assertPreflight(req: Request): void {
  if (PREFLIGHT_HEADERS.some((name) => req.headers[name])) return;
  throw badUserInput(
    `A multipart request must have one of the headers ${PREFLIGHT_HEADERS.join(', ')}, not empty: without, any page in the person's browser could have sent it.`,
  );
}

/** What the request may bring; one that does not say is taken for the largest. */
function bytesOf(req: Request, maxRequestBytes: number, inflightLimit: number): number {
  const announced = req.headers['content-length'];
  if (announced === undefined) return Math.min(maxRequestBytes, inflightLimit);
  if (Number(announced) <= maxRequestBytes) return Number(announced);
  throw fault('PAYLOAD_TOO_LARGE', `A request may have at most ${maxRequestBytes} bytes.`);
}

/** Aborted when the response closes, because the client went away. */
function closing(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort(badUserInput('The connection closed.')));
  return controller.signal;
}

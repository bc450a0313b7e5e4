import type { Request, RequestHandler, Response } from 'express';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import type { Config } from '../../config/config.ts';
import type { Staging } from '../../storage/staging/staging.ts';
import { LIMITS } from '../limits/limits.ts';
import { type MultipartLimits, multipartReader } from './multipart-reader.ts';
import { badUserInput, fault } from '../types/errors.ts';
import type { InflightBytes } from '../../storage/staging/inflight-bytes.ts';

/**
 * Headers that a page with a different origin can send only after a CORS preflight. Apollo's csrfPrevention uses the same
 * ones.
 */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** Allowance for the boundaries and headers of the parts. */
const FRAMING_BYTES = 64 * 1024;

/**
 * Handles multipart requests to POST /graphql and passes other requests on. A request that lacks a preflight
 * header, is too large, or exceeds the bytes in flight is rejected before its body is read.
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
    `A multipart request must have one of these headers with a non-empty value: ${PREFLIGHT_HEADERS.join(', ')}. Otherwise another site could have sent it from the user's browser.`,
  );
}

/** Size of the request in bytes. A request without Content-Length counts as the largest request that is allowed. */
function bytesOf(req: Request, maxRequestBytes: number, inflightLimit: number): number {
  const length = req.headers['content-length'];
  if (length === undefined) return Math.min(maxRequestBytes, inflightLimit);
  if (Number(length) <= maxRequestBytes) return Number(length);
  throw fault('PAYLOAD_TOO_LARGE', `A request must not exceed ${maxRequestBytes} bytes.`);
}

/** Signal that is aborted when the response closes because the client disconnected. */
function closing(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => controller.abort(badUserInput('The connection closed.')));
  return controller.signal;
}

import express, { type RequestHandler } from 'express';
import { LIMITS } from './limits/limits.ts';

/** Reads a JSON body into `req.body`, instead of Nest's body parser. `handleHttpErrors` handles its errors. */
export function jsonBody(): RequestHandler {
  return express.json({ limit: LIMITS.bodyBytes });
}

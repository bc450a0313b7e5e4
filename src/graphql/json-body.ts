import express, { type RequestHandler } from 'express';
import { LIMITS } from './limits/limits.ts';

/** Reads a JSON body into `req.body`; its faults are for `handleHttpErrors`. Takes the place of Nest's own body parser. */
export function jsonBody(): RequestHandler {
  return express.json({ limit: LIMITS.bodyBytes });
}

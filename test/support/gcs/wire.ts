import type { IncomingMessage } from 'node:http';
import { invalid } from './errors.ts';

export function splitTarget(request: IncomingMessage): { rawPath: string; query: URLSearchParams } {
  const target = request.url ?? '/';
  const at = target.indexOf('?');
  return {
    rawPath: at === -1 ? target : target.slice(0, at),
    query: new URLSearchParams(at === -1 ? '' : target.slice(at + 1)),
  };
}

/** Percent-encoding; what cannot be decoded is kept. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Node writes a header's characters as one byte each; on the wire they are UTF-8. */
export function headerBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The other way round. */
export function headerText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/** @throws GcsError 400 */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('Parse Error', 'parseError');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('Parse Error', 'parseError');
  return value as Record<string, unknown>;
}

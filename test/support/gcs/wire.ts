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

/** Decodes percent-encoding. Returns malformed text unchanged. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Encodes a header value so that its bytes are UTF-8, because Node sends each character as one byte. */
export function headerBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Decodes a header value that was sent in UTF-8. The reverse of `headerBytes`. */
export function headerText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/** @throws GcsError 400 if the text is not a JSON object */
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

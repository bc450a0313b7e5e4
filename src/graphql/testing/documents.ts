import { createHash } from 'node:crypto';

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What a client calls a trusted document. */
export function named(text: string): string {
  return `sha256:${hash(text)}`;
}

/** Documents by their hashes, as a build has them. */
export function mapped(...texts: string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [hash(text), text]));
}

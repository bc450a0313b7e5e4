import { createHash } from 'node:crypto';

/** Identifier by which a client requests a trusted document. */
export function documentIdOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Documents by identifier, as in the file that the build writes. */
export function documentMap(...texts: string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [documentIdOf(text), text]));
}

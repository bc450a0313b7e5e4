import { createHash } from 'node:crypto';

/** What a client calls a trusted document. */
export function named(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Documents by their names, as a build has them. */
export function mapped(...texts: string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [named(text), text]));
}

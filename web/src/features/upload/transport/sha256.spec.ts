import { createHash } from 'node:crypto';
import { sha256 } from './sha256.ts';

const bytes = new Uint8Array(300_000).map((_, at) => (at * 31) % 251);
const expected = createHash('sha256').update(bytes).digest('hex');

it('returns the same hash for a file hashed as a whole and in parts', async () => {
  expect(await sha256(new Blob([bytes]))).toBe(expected);
  expect(await sha256(new Blob([bytes]), 0)).toBe(expected);
});

it('hashes an empty file', async () => {
  const nothing = createHash('sha256').digest('hex');
  expect(await sha256(new Blob([]))).toBe(nothing);
  expect(await sha256(new Blob([]), -1)).toBe(nothing);
});

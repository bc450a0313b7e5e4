import { Violation } from './ledger.ts';

/** @throws Violation if the two values, as JSON with sorted keys, differ. */
export function expectEqual(label: string, actual: unknown, expected: unknown): void {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value, sortedKeys));
  if (left !== right)
    throw new Violation(`${label}: got ${left?.slice(0, 2000)}, expected ${right?.slice(0, 2000)}`);
}

/** A replacer for JSON.stringify. Sorts the keys of objects, and converts bigints to strings. */
function sortedKeys(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

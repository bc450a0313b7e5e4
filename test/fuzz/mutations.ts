import * as fc from 'fast-check';

/**
 * One change to the bytes of a file. Its offset is half of `at`, modulo the length of the file if `at` is odd, or
 * of the first kilobyte if `at` is even.
 */
export type Mutation =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'write'; at: number; size: 1 | 2 | 4; isLittle: boolean; value: number }
  | { kind: 'remove' | 'repeat' | 'truncate'; at: number; length: number }
  | { kind: 'insert'; at: number; bytes: Uint8Array }
  | { kind: 'graft'; at: number; from: number; length: number };

const HEAD_BYTES = 1024;
/** Values at which the handling of counts, sizes and offsets often fails. */
const EDGES = [
  0, 1, 2, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe,
  0xffff_ffff,
];

const at = fc.nat({ max: 2 ** 24 });
const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4096 }));
const value = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: 0, max: 64 }),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat({ max: 7 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      at,
      size: fc.constantFrom(1, 2, 4),
      isLittle: fc.boolean(),
      value,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('remove', 'repeat', 'truncate'), at, length }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      at,
      bytes: fc.uint8Array({ maxLength: 64 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('graft' as const), at, from: at, length }) },
);

/** Generates few changes more often than many, because a file with ten is usually refused for the first one. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.oneof(
  fc.array(mutation, { minLength: 1, maxLength: 2 }),
  fc.array(mutation, { minLength: 1, maxLength: 12 }),
);

/** Returns a copy of `file` with the changes applied in sequence. A graft copies bytes from `donor`. */
export function mutate(file: Buffer, changes: Mutation[], donor: Buffer): Buffer {
  let bytes = Buffer.from(file);
  for (const change of changes) bytes = apply(bytes, change, donor);
  return bytes;
}

function apply(bytes: Buffer, change: Mutation, donor: Buffer): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return Buffer.alloc(0);
  const scope = change.at % 2 === 0 ? Math.min(bytes.length, HEAD_BYTES) : bytes.length;
  const start = Math.floor(change.at / 2) % scope;
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
  switch (change.kind) {
    case 'flip':
      return replace(bytes, start, Buffer.from([(bytes[start] ?? 0) ^ (1 << change.bit)]));
    case 'write':
      return replace(bytes, start, number(change));
    case 'remove':
      return Buffer.concat([before, after.subarray(change.length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, change.length), after]);
    case 'truncate':
      return Buffer.from(before);
    case 'insert':
      return Buffer.concat([before, change.bytes, after]);
    case 'graft':
      return replace(bytes, start, donor.subarray(change.from % donor.length).subarray(0, change.length));
    default:
      return change satisfies never;
  }
}

function number({ size, isLittle, value }: Mutation & { kind: 'write' }): Buffer {
  const bytes = Buffer.alloc(size);
  if (isLittle) bytes.writeUIntLE(value % 2 ** (8 * size), 0, size);
  else bytes.writeUIntBE(value % 2 ** (8 * size), 0, size);
  return bytes;
}

function replace(bytes: Buffer, start: number, replacement: Buffer): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  replacement.copy(copy, start);
  return copy;
}

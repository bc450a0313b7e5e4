import * as fc from 'fast-check';
import {
  entriesIn,
  EXIF_POINTER,
  GPS_POINTER,
  type TestEntry,
  type TestTiff,
} from '../../src/images/testing/tiff.ts';

/** Tags that the service reads, pointers to other directories and blocks, and some others. */
const TAGS = [
  0x0100,
  0x010f,
  0x0110,
  0x0112,
  0x0132,
  0x013b,
  0x014a,
  0x02bc,
  0x829a,
  0x829d,
  0x83bb,
  0x8649,
  0x8773,
  0x8827,
  0x8832,
  0x9000,
  0x9003,
  0x9004,
  0x9010,
  0x9011,
  0x9012,
  0x9202,
  0x920a,
  0x927c,
  0x9286,
  0x9290,
  0x9291,
  0x9292,
  0x9c9b,
  0xa005,
  0xa434,
  EXIF_POINTER,
  GPS_POINTER,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  0x1d,
];
const LONG_EDGES = [0, 1, 8, 9, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

const number = fc.oneof(
  fc.constantFrom(...LONG_EDGES),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.nat({ max: 4096 }),
);
const digits = fc
  .oneof(fc.nat({ max: 99 }), fc.constantFrom(0, 1, 12, 13, 23, 24, 29, 31, 59, 60))
  .map((n) => String(n).padStart(2, '0'));
/** Text that resembles a date, with all kinds of years, separators, subseconds and time zones. */
const date = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('2024', '0000', '9999', '1799', '    ', '24'),
      fc.nat({ max: 3000 }).map(String),
    ),
    fc.array(digits, { minLength: 1, maxLength: 6 }),
    fc.constantFrom(':', '-', '/', ' ', 'T', '.', ''),
    fc.constantFrom('', '.5', '.123456789', ',25', 'Z', '+02:00', '-9999', ' +14:01', '\0\0', ' and more'),
  )
  .map(([year, parts, mark, rest]) => {
    const [month = '', day = '', ...clock] = parts;
    return `${year}${mark || ':'}${month}${mark || ':'}${day} ${clock.join(':')}${rest}`;
  });
const text = fc.oneof(
  date.map((value) => Buffer.from(value)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((value) => Buffer.from(value)),
  fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value)),
  fc.constantFrom('N', 'S', 'E', 'W', 'n\0', '', '\0', '+02:00', '250').map((value) => Buffer.from(value)),
);

function entry(isLittle: boolean): fc.Arbitrary<TestEntry> {
  const make = entriesIn(isLittle);
  const tag = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...TAGS) },
    { weight: 1, arbitrary: fc.nat({ max: 0xffff }) },
  );
  const consistent = fc.oneof(
    fc.tuple(tag, text).map(([tag, value]) => make.ascii(tag, value)),
    fc.tuple(tag, fc.array(number, { maxLength: 5 })).map(([tag, values]) => make.short(tag, ...values)),
    fc.tuple(tag, fc.array(number, { maxLength: 5 })).map(([tag, values]) => make.long(tag, ...values)),
    fc
      .tuple(tag, fc.array(fc.tuple(number, number), { maxLength: 4 }))
      .map(([tag, values]) => make.rational(tag, ...values)),
    fc
      .tuple(tag, fc.uint8Array({ maxLength: 600 }))
      .map(([tag, value]) => make.undefined(tag, Buffer.from(value))),
  );
  return fc
    .tuple(
      consistent,
      fc.option(fc.nat({ max: 20 }), { freq: 8 }),
      fc.option(number, { freq: 8 }),
      fc.option(number, { freq: 8 }),
    )
    .map(([entry, type, count, offset]) => ({
      ...entry,
      ...(type === null ? {} : { type }),
      ...(count === null ? {} : { count }),
      ...(offset === null ? {} : { offset }),
    }));
}

/** Generates EXIF blocks whose entries may declare a false type, count or offset. */
export const exifBlocks: fc.Arbitrary<TestTiff> = fc.boolean().chain((isLittle) => {
  const entries = fc.array(entry(isLittle), { maxLength: 12 });
  return fc
    .record({
      ifd0: entries,
      exif: fc.option(entries, { freq: 8, nil: undefined }),
      gps: fc.option(entries, { freq: 8, nil: undefined }),
      next: number,
      entries: fc.option(fc.nat({ max: 0xffff }), { freq: 8, nil: undefined }),
    })
    .map(({ ifd0, exif, gps, next, entries }) => ({
      isLittle,
      ifd0,
      next,
      ...(exif ? { exif } : {}),
      ...(gps ? { gps } : {}),
      ...(entries === undefined ? {} : { entries }),
    }));
});

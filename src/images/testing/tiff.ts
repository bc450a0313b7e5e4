/** An entry of a directory. It may declare a false type, count or offset. */
export interface TestEntry {
  tag: number;
  type: number;
  value: Buffer;
  /** The declared count; by default, the number of values in `value`. */
  count?: number;
  /** The declared offset; by default, the offset of `value`. */
  offset?: number;
}

export interface TestTiff {
  isLittle?: boolean;
  ifd0: TestEntry[];
  exif?: TestEntry[];
  gps?: TestEntry[];
  /** The offset of the next directory that each directory declares; by default 0, which means none. */
  next?: number;
  /** The number of entries that each directory declares; by default, the actual number. */
  entries?: number;
}

const TYPE_BYTES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
export const EXIF_POINTER = 0x8769;
export const GPS_POINTER = 0x8825;

/** Encodes numbers in one byte order. */
class ByteOrder {
  readonly #isLittle: boolean;

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }

  bytes(size: 2 | 4, ...values: number[]): Buffer {
    const bytes = Buffer.alloc(values.length * size);
    for (const [index, value] of values.entries()) {
      if (this.#isLittle) bytes.writeUIntLE(value % 2 ** (size * 8), index * size, size);
      else bytes.writeUIntBE(value % 2 ** (size * 8), index * size, size);
    }
    return bytes;
  }
}

/** Returns functions that create entries with values in the byte order of `tiff({ isLittle })`. */
export function entriesIn(isLittle = true) {
  const order = new ByteOrder(isLittle);
  return {
    ascii: (tag: number, text: string | Buffer): TestEntry => ({
      tag,
      type: 2,
      value: typeof text === 'string' ? Buffer.from(`${text}\0`) : text,
    }),
    short: (tag: number, ...values: number[]): TestEntry => ({
      tag,
      type: 3,
      value: order.bytes(2, ...values),
    }),
    long: (tag: number, ...values: number[]): TestEntry => ({
      tag,
      type: 4,
      value: order.bytes(4, ...values),
    }),
    rational: (tag: number, ...values: [numerator: number, denominator: number][]): TestEntry => ({
      tag,
      type: 5,
      value: order.bytes(4, ...values.flat()),
    }),
    undefined: (tag: number, value: Buffer): TestEntry => ({ tag, type: 7, value }),
  };
}

/**
 * Returns a TIFF structure, which is the format of EXIF: the directories one after the other, then the values that
 * do not fit into their entries.
 */
export function tiff({ isLittle = true, ifd0, exif, gps, next = 0, entries: declared }: TestTiff): Buffer {
  const order = new ByteOrder(isLittle);
  const bytesOf = (entries: TestEntry[]) => 2 + entries.length * 12 + 4;
  const pointers = (exif ? 1 : 0) + (gps ? 1 : 0);
  const exifAt = 8 + bytesOf(ifd0) + pointers * 12;
  const gpsAt = exifAt + (exif ? bytesOf(exif) : 0);
  const pointer = (tag: number, offset: number): TestEntry => ({
    tag,
    type: 4,
    value: order.bytes(4, offset),
  });
  const first = [
    ...ifd0,
    ...(exif ? [pointer(EXIF_POINTER, exifAt)] : []),
    ...(gps ? [pointer(GPS_POINTER, gpsAt)] : []),
  ];
  let valuesAt = gpsAt + (gps ? bytesOf(gps) : 0);
  const values: Buffer[] = [];
  const field = ({ value, offset }: TestEntry): Buffer => {
    if (offset !== undefined) return order.bytes(4, offset);
    if (value.length <= 4) return Buffer.concat([value], 4);
    values.push(value);
    valuesAt += value.length;
    return order.bytes(4, valuesAt - value.length);
  };
  const directory = (entries: TestEntry[]): Buffer[] => [
    order.bytes(2, declared ?? entries.length),
    ...entries.flatMap((entry) => [
      order.bytes(2, entry.tag, entry.type),
      order.bytes(4, entry.count ?? Math.floor(entry.value.length / (TYPE_BYTES[entry.type] ?? 1))),
      field(entry),
    ]),
    order.bytes(4, next),
  ];
  const directories = [first, ...(exif ? [exif] : []), ...(gps ? [gps] : [])].flatMap(directory);
  const header = [Buffer.from(isLittle ? 'II' : 'MM'), order.bytes(2, 42), order.bytes(4, 8)];
  return Buffer.concat([...header, ...directories, ...values]);
}

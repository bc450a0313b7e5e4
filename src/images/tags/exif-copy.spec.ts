import { copyExif } from './exif-copy.ts';
import { exifBlock, readEmbeddedTags } from './embedded-tags.ts';
import { entriesIn, EXIF_POINTER, GPS_POINTER, tiff, type TestTiff } from '../testing/tiff.ts';

const MAKE = 0x010f;
const MODEL = 0x0110;
const SOFTWARE = 0x0131;
const ARTIST = 0x013b;
const DATE_TIME_ORIGINAL = 0x9003;

const { ascii, short, long, rational, undefined: binary } = entriesIn();

async function read(bytes: Buffer) {
  return readEmbeddedTags({ exif: exifBlock(bytes), iptc: null, xmp: null });
}

const copy = (bytes: Buffer) => copyExif(async (offset, length) => bytes.subarray(offset, offset + length));

describe('tags of EXIF', () => {
  it.each([true, false])('are read in either byte order (little-endian: %s)', async (isLittle) => {
    const entries = entriesIn(isLittle);
    const tags = await read(
      tiff({
        isLittle,
        ifd0: [entries.ascii(MAKE, 'Example'), entries.ascii(MODEL, 'A1')],
        exif: [
          entries.ascii(DATE_TIME_ORIGINAL, '2024:05:01 09:30:00'),
          entries.rational(0x829d, [28, 10]),
          entries.short(0x8827, 200),
        ],
        gps: [
          entries.ascii(1, 'N'),
          entries.rational(2, [48, 1], [51, 1], [3816, 100]),
          entries.ascii(3, 'E'),
          entries.rational(4, [2, 1], [20, 1], [1536, 100]),
        ],
      }),
    );
    expect(tags).toMatchObject({
      ifd0: { Make: 'Example', Model: 'A1' },
      exif: { DateTimeOriginal: '2024:05:01 09:30:00', FNumber: 2.8, ISO: 200 },
      gps: { GPSLatitudeRef: 'N', GPSLatitude: [48, 51, 38.16], GPSLongitude: [2, 20, 15.36] },
    });
  });

  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from('Jörg 写真'), 'Jörg 写真'],
    ['Latin-1', Buffer.from('Jörg', 'latin1'), 'Jörg'],
    ['an unknown encoding', Buffer.from('\x8e\xca\x90^', 'latin1'), 'Ê\x90^'.padStart(4, '\x8e')],
  ])('may be in %s', async (_, bytes, text) => {
    expect((await read(tiff({ ifd0: [ascii(ARTIST, bytes)] }))).ifd0['Artist']).toBe(text);
  });

  it('are truncated between two characters if they are long', async () => {
    const { ifd0 } = await read(tiff({ ifd0: [ascii(ARTIST, `a${'写'.repeat(20_000)}`)] }));
    expect(String(ifd0['Artist'])).toMatch(/^a写+$/);
    expect(String(ifd0['Artist']).length).toBeGreaterThan(2000);
  });
});

/** A malformed tag is inserted between these, which must remain. */
const good = [ascii(MAKE, 'Example'), ascii(ARTIST, 'A. Body')] as const;
const MALFORMED: [string, Partial<TestTiff>][] = [
  ['of no type', { ifd0: [{ tag: SOFTWARE, type: 0, value: Buffer.alloc(4) }] }],
  ['of an unknown type', { ifd0: [{ tag: SOFTWARE, type: 99, value: Buffer.alloc(4) }] }],
  ['with a value outside of the block', { ifd0: [{ ...short(SOFTWARE, 1, 2, 3), offset: 0x7fff_ffff }] }],
  ['of four billion numbers', { ifd0: [{ ...long(SOFTWARE, 1, 2), count: 0xffff_ffff }] }],
  ['of four billion fractions', { ifd0: [{ ...rational(SOFTWARE, [1, 2]), count: 0xffff_ffff }] }],
  ['of no numbers', { ifd0: [{ ...short(SOFTWARE, 1), count: 0 }] }],
  ['of a megabyte', { ifd0: [binary(SOFTWARE, Buffer.alloc(1024 ** 2, 1))] }],
];

describe('a malformed tag', () => {
  it.each(MALFORMED)('is omitted without affecting others: %s', async (_, { ifd0 = [] }) => {
    const tags = await read(tiff({ ifd0: [good[0], ...ifd0, good[1]] }));
    expect(tags.ifd0).toEqual({ Make: 'Example', Artist: 'A. Body' });
  });

  it('that points to a directory causes the directory to be omitted', async () => {
    const pointer = { ...long(EXIF_POINTER, 0xffff_fff0) };
    expect(await read(tiff({ ifd0: [good[0], pointer] }))).toMatchObject({
      ifd0: { Make: 'Example' },
      exif: {},
    });
  });
});

describe('a directory', () => {
  it('that is truncated yields its complete tags', async () => {
    const whole = tiff({ ifd0: [ascii(MAKE, 'Ex'), ascii(MODEL, 'A1'), ascii(ARTIST, 'Me')] });
    const { ifd0 } = await read(whole.subarray(0, 8 + 2 + 2 * 12 + 5));
    expect(ifd0).toEqual({ Make: 'Ex', Model: 'A1' });
  });

  it('that declares too many entries yields its actual entries', async () => {
    expect((await read(tiff({ ifd0: [...good], entries: 0xffff }))).ifd0).toMatchObject({ Make: 'Example' });
  });

  it.each([EXIF_POINTER, GPS_POINTER])(
    'that refers to itself by the tag %i, and as the next directory, is read once',
    async (tag) => {
      const tags = await read(tiff({ ifd0: [...good, long(tag, 8)], next: 8 }));
      expect(tags.ifd0).toEqual({ Make: 'Example', Artist: 'A. Body' });
    },
  );

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from('II*\0\x08')],
    ['another magic number', Buffer.from('II+\0\x08\0\0\0\0\0\0\0', 'latin1')],
    ['another byte order', Buffer.from('IM*\0\x08\0\0\0\0\0\0\0', 'latin1')],
  ])('is not found in %s', async (_, bytes) => {
    expect(await copy(bytes)).toBeNull();
    expect(await read(bytes)).toEqual({ ifd0: {}, exif: {}, gps: {}, iptc: {}, xmp: {} });
  });
});

describe('a copy', () => {
  it('has a limited size even if thousands of tags declare the same megabyte', async () => {
    const text = Buffer.alloc(1024 ** 2, 'x');
    const entries = Array.from({ length: 60_000 }, (_, n) => ({
      ...ascii(n, ''),
      count: text.length,
      offset: 8,
    }));
    const bytes = Buffer.concat([tiff({ ifd0: entries }), text]);
    const small = await copy(bytes);
    expect(small?.length).toBeGreaterThan(100 * 1024);
    expect(small?.length).toBeLessThan(300 * 1024);
  });

  it('omits maker notes, other blocks and pointers to other directories', async () => {
    const note = Buffer.from('a note of the maker');
    const [subIfds, xmp, makerNote, userComment, interop] = [0x014a, 0x02bc, 0x927c, 0x9286, 0xa005];
    const made = await copy(
      tiff({
        ifd0: [good[0], long(subIfds, 8, 8, 8), binary(xmp, note)],
        exif: [binary(makerNote, note), binary(userComment, note), long(interop, 8)],
      }),
    );
    expect(made?.includes('Example')).toBe(true);
    expect(made?.includes('maker')).toBe(false);
  });
});

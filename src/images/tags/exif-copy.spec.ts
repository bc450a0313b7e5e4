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
  it.each([true, false])('are read in either byte order: little-endian %s', async (isLittle) => {
    const made = entriesIn(isLittle);
    const tags = await read(
      tiff({
        isLittle,
        ifd0: [made.ascii(MAKE, 'Example'), made.ascii(MODEL, 'A1')],
        exif: [
          made.ascii(DATE_TIME_ORIGINAL, '2024:05:01 09:30:00'),
          made.rational(0x829d, [28, 10]),
          made.short(0x8827, 200),
        ],
        gps: [
          made.ascii(1, 'N'),
          made.rational(2, [48, 1], [51, 1], [3816, 100]),
          made.ascii(3, 'E'),
          made.rational(4, [2, 1], [20, 1], [1536, 100]),
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
    ['nothing known', Buffer.from('\x8e\xca\x90^', 'latin1'), 'Ê\x90^'.padStart(4, '\x8e')],
  ])('may be in %s', async (_, bytes, text) => {
    expect((await read(tiff({ ifd0: [ascii(ARTIST, bytes)] }))).ifd0['Artist']).toBe(text);
  });

  it('are cut where they are long, between two characters', async () => {
    const { ifd0 } = await read(tiff({ ifd0: [ascii(ARTIST, `a${'写'.repeat(20_000)}`)] }));
    expect(String(ifd0['Artist'])).toMatch(/^a写+$/);
    expect(String(ifd0['Artist']).length).toBeGreaterThan(2000);
  });
});

/** Each beside a good tag on either side, which stay. */
const good = [ascii(MAKE, 'Example'), ascii(ARTIST, 'A. Body')] as const;
const DAMAGE: [string, Partial<TestTiff>][] = [
  ['of no type', { ifd0: [{ tag: SOFTWARE, type: 0, value: Buffer.alloc(4) }] }],
  ['of an unknown type', { ifd0: [{ tag: SOFTWARE, type: 99, value: Buffer.alloc(4) }] }],
  ['outside the block', { ifd0: [{ ...short(SOFTWARE, 1, 2, 3), offset: 0x7fff_ffff }] }],
  ['of four thousand million numbers', { ifd0: [{ ...long(SOFTWARE, 1, 2), count: 0xffff_ffff }] }],
  ['of four thousand million fractions', { ifd0: [{ ...rational(SOFTWARE, [1, 2]), count: 0xffff_ffff }] }],
  ['of no numbers', { ifd0: [{ ...short(SOFTWARE, 1), count: 0 }] }],
  ['of a megabyte', { ifd0: [binary(SOFTWARE, Buffer.alloc(1024 ** 2, 1))] }],
];

describe('a tag that is malformed', () => {
  it.each(DAMAGE)('costs no other: %s', async (_, { ifd0 = [] }) => {
    const tags = await read(tiff({ ifd0: [good[0], ...ifd0, good[1]] }));
    expect(tags.ifd0).toEqual({ Make: 'Example', Artist: 'A. Body' });
  });

  it('costs what is below it', async () => {
    const pointer = { ...long(EXIF_POINTER, 0xffff_fff0) };
    expect(await read(tiff({ ifd0: [good[0], pointer] }))).toMatchObject({
      ifd0: { Make: 'Example' },
      exif: {},
    });
  });
});

describe('a directory', () => {
  it('that is cut short gives the tags that are there', async () => {
    const whole = tiff({ ifd0: [ascii(MAKE, 'Ex'), ascii(MODEL, 'A1'), ascii(ARTIST, 'Me')] });
    const { ifd0 } = await read(whole.subarray(0, 8 + 2 + 2 * 12 + 5));
    expect(ifd0).toEqual({ Make: 'Ex', Model: 'A1' });
  });

  it('that claims more entries than there are gives those that are there', async () => {
    expect((await read(tiff({ ifd0: [...good], entries: 0xffff }))).ifd0).toMatchObject({ Make: 'Example' });
  });

  it.each([EXIF_POINTER, GPS_POINTER])(
    'that names itself by %i, or comes after itself, is read once',
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
  ])('in %s is none', async (_, bytes) => {
    expect(await copy(bytes)).toBeNull();
    expect(await read(bytes)).toEqual({ ifd0: {}, exif: {}, gps: {}, iptc: {}, xmp: {} });
  });
});

describe('a copy', () => {
  it('has a bound, though the same megabyte be named a thousand times', async () => {
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

  it('leaves the notes of makers, other blocks and what only points out of it', async () => {
    const secret = Buffer.from('a note of the maker');
    const [subIfds, xmp, makerNote, userComment, interop] = [0x014a, 0x02bc, 0x927c, 0x9286, 0xa005];
    const made = await copy(
      tiff({
        ifd0: [good[0], long(subIfds, 8, 8, 8), binary(xmp, secret)],
        exif: [binary(makerNote, secret), binary(userComment, secret), long(interop, 8)],
      }),
    );
    expect(made?.includes('Example')).toBe(true);
    expect(made?.includes('maker')).toBe(false);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readClock, readGpsTime } from './capture-clock.ts';
import type { EmbeddedTags } from './embedded-tags.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const tags = (given: Partial<EmbeddedTags>): EmbeddedTags => ({
  ifd0: {},
  exif: {},
  gps: {},
  iptc: {},
  xmp: {},
  ...given,
});
const original = (text: unknown, more: Record<string, unknown> = {}) =>
  readClock(tags({ exif: { DateTimeOriginal: text, ...more } }), NOW);

describe("the camera's clock", () => {
  it.each([
    ['2024:05:01 09:30:00', '2024-05-01T09:30:00.000Z'],
    ['2024-05-01T09:30:00', '2024-05-01T09:30:00.000Z'],
    ['2024:05:01 09:30:00.5', '2024-05-01T09:30:00.500Z'],
    ['2024:05:01 09:30', '2024-05-01T09:30:00.000Z'],
    ['2024:05:01', '2024-05-01T00:00:00.000Z'],
    ['2024:02:29 23:59:59\0', '2024-02-29T23:59:59.000Z'],
    ['1839:08:19 12:00:00', '1839-08-19T12:00:00.000Z'],
    ['2026:06:02 11:59:59', '2026-06-02T11:59:59.000Z'],
  ])('is read from %j', (text, local) => {
    expect(original(text)).toEqual({ local: new Date(local), offsetMinutes: null });
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '2023:02:29 10:00:00',
    '2024:13:01 10:00:00',
    '2024:00:10 10:00:00',
    '2024:04:31 10:00:00',
    '2024:05:01 24:00:00',
    '2024:05:01 10:60:00',
    '2024:05:01 10:00:60',
    '1699:01:01 00:00:00',
    '2026:06:03 00:00:00',
    '9999:12:31 23:59:59',
    'yesterday',
    '2024:05:01 09:30:00 and more',
    '',
    undefined,
    20_240_501,
    new Date(),
  ])('is null for %j', (text) => {
    expect(original(text)).toBeNull();
  });

  it.each([
    ['762', 762],
    ['5', 500],
    ['05', 50],
    ['045 ', 45],
    ['1234567890123', 123],
    ['', 0],
    ['  ', 0],
    ['abc', 0],
    [undefined, 0],
  ])('with the subseconds %j has %i ms', (SubSecTimeOriginal, milliseconds) => {
    expect(original('2024:05:01 09:30:00', { SubSecTimeOriginal })?.local.getUTCMilliseconds()).toBe(
      milliseconds,
    );
  });

  it.each([
    ['+02:00', 120],
    ['-05:30', -330],
    ['+14:00', 840],
    ['+00:00', 0],
    ['+0545', 345],
    ['Z', 0],
    ['+14:01', null],
    ['-99:00', null],
    ['+01:75', null],
    ['   :  ', null],
    ['', null],
    [undefined, null],
  ])('with the offset %j has an offset of %j minutes', (OffsetTimeOriginal, offsetMinutes) => {
    expect(original('2024:05:01 09:30:00', { OffsetTimeOriginal })).toMatchObject({ offsetMinutes });
  });

  it('is read from the next source if a date is malformed, with the offset of that source', () => {
    const ifd0: Record<string, unknown> = { Make: 'Example', ModifyDate: '2024:01:07 00:00:00' };
    const exif: Record<string, unknown> = {
      DateTimeOriginal: '2024:01:01 00:00:00',
      CreateDate: '2024:01:02 00:00:00',
      OffsetTimeDigitized: '+01:00',
      OffsetTime: '+03:00',
    };
    const xmp: Record<string, Record<string, unknown>> = {
      exif: { DateTimeOriginal: '2024-01-03T00:00:00+02:00', DateTimeDigitized: '2024-01-05' },
      photoshop: { DateCreated: '2024-01-04' },
      xmp: { CreateDate: '2024-01-06T00:00:00Z' },
    };
    const read = () => {
      const clock = readClock(tags({ ifd0, exif, xmp }), NOW);
      return [clock?.local.getUTCDate(), clock?.offsetMinutes];
    };
    expect(read()).toEqual([1, null]);
    exif['DateTimeOriginal'] = '0000:00:00 00:00:00';
    expect(read()).toEqual([2, 60]);
    delete exif['CreateDate'];
    expect(read()).toEqual([3, 120]);
    xmp['exif'] = { DateTimeDigitized: '2024-01-05' };
    expect(read()).toEqual([4, null]);
    xmp['photoshop'] = { DateCreated: 'long ago' };
    expect(read()).toEqual([5, null]);
    delete xmp['exif'];
    expect(read()).toEqual([6, 0]);
    delete xmp['xmp'];
    expect(read()).toEqual([7, 180]);
    delete ifd0['Make'];
    expect(read()).toEqual([undefined, undefined]);
  });
});

describe('the GPS time', () => {
  it.each([
    ['2024:05:01', [7, 30, 0.25], '2024-05-01T07:30:00.250Z'],
    ['2024-05-01', [23, 59, 59], '2024-05-01T23:59:59.000Z'],
  ])('is read from %j %j', (GPSDateStamp, GPSTimeStamp, instant) => {
    expect(readGpsTime({ GPSDateStamp, GPSTimeStamp }, NOW)).toEqual(new Date(instant));
  });

  it.each([
    [undefined, [7, 30, 0]],
    ['2024:05:01', undefined],
    ['2024:05:01', [7, 30]],
    ['2024:05:01', [Number.NaN, 30, 0]],
    ['2024:05:01', [24, 0, 0]],
    ['2024:05:01', 'noon'],
    ['1970:01:01', [0, 0, 0]],
    ['2027:01:01', [0, 0, 0]],
    ['', [7, 30, 0]],
  ])('is null for %j %j', (GPSDateStamp, GPSTimeStamp) => {
    expect(readGpsTime({ GPSDateStamp, GPSTimeStamp }, NOW)).toBeNull();
  });
});

it.each(['Asia/Tokyo', 'America/New_York', 'UTC'])('both are the same on a server in %s', async (TZ) => {
  const script = `
    import { readClock, readGpsTime } from ${JSON.stringify(import.meta.resolve('./capture-clock.ts'))};
    const now = new Date('2026-06-01T12:00:00Z');
    const exif = { DateTimeOriginal: '2024:03:31 02:30:00' };
    const gps = { GPSDateStamp: '2024:03:31', GPSTimeStamp: [2, 30, 0] };
    const clock = readClock({ ifd0: {}, exif, gps, iptc: {}, xmp: {} }, now);
    console.log(JSON.stringify([new Date(2024, 0, 1).toISOString(), clock.local, readGpsTime(gps, now)]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { TZ },
  });
  const [midnight, ...read] = JSON.parse(stdout);
  expect(read).toEqual(['2024-03-31T02:30:00.000Z', '2024-03-31T02:30:00.000Z']);
  expect(midnight === '2024-01-01T00:00:00.000Z').toBe(TZ === 'UTC');
});

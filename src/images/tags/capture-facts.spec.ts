import { toCaptureFacts } from './capture-facts.ts';
import type { EmbeddedTags, Tags } from './embedded-tags.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const read = (given: Partial<EmbeddedTags>) =>
  toCaptureFacts({ ifd0: {}, exif: {}, gps: {}, iptc: {}, xmp: {}, ...given }, NOW);
const PARIS: Tags = {
  GPSLatitudeRef: 'N',
  GPSLatitude: [48, 51, 38.16],
  GPSLongitudeRef: 'E',
  GPSLongitude: [2, 20, 15.36],
};
const locate = (gps: Tags) => read({ gps: { ...PARIS, ...gps } }).location;

it('is all null where a file says nothing', () => {
  expect(read({})).toEqual({ clock: null, gpsTime: null, camera: null, location: null, metadata: {} });
});

describe('the camera', () => {
  it('is read from EXIF', () => {
    const ifd0 = { Make: ' Example\0\0', Model: 'Model 1\0junk' };
    const exif = { LensModel: '50mm f/1.8', ISO: 200, FNumber: 2.8, ExposureTime: 0.004, FocalLength: 50 };
    expect(read({ ifd0, exif }).camera).toEqual({
      make: 'Example',
      model: 'Model 1',
      lens: '50mm f/1.8',
      iso: 200,
      aperture: 2.8,
      exposureTime: '1/250',
      focalLength: 50,
    });
  });

  it('and its name from XMP, where EXIF is gone', () => {
    const xmp = { ifd0: { Make: 'Example', Model: 'Model 1' }, aux: { Lens: 'Some lens' } };
    expect(read({ xmp }).camera).toMatchObject({ make: 'Example', model: 'Model 1', lens: 'Some lens' });
  });

  it.each([
    [1 / 8000, '1/8000'],
    [0.016666666, '1/60'],
    [0.25, '1/4'],
    [0.3, '0.3'],
    [0.5, '0.5'],
    [1, '1'],
    [1.3, '1.3'],
    [30, '30'],
    [0, null],
    [-1, null],
    [Number.NaN, null],
    [Infinity, null],
    ['1/60', null],
  ])('writes an exposure of %j s as %j', (ExposureTime, exposureTime) => {
    const { camera } = read({ ifd0: { Make: 'Example' }, exif: { ExposureTime } });
    expect(camera?.exposureTime).toBe(exposureTime);
  });

  it.each([
    [{ ISO: [400, 0] }, 400],
    [{ ISO: 65_535, RecommendedExposureIndex: 102_400 }, 102_400],
    [{ ISO: 65_535 }, null],
    [{ ISO: 0 }, null],
    [{ ISO: 12.5 }, null],
    [{ ISO: 'auto' }, null],
    [{ ISO: 4e9 }, null],
  ])('reads the ISO of %j as %j', (exif, iso) => {
    expect(read({ ifd0: { Make: 'Example' }, exif }).camera?.iso).toBe(iso);
  });

  it('leaves out what cannot be', () => {
    const exif = { FNumber: Number.NaN, FocalLength: 0, LensModel: '\0', ISO: -1, ApertureValue: 4 };
    expect(read({ ifd0: { Make: '   ', Model: 12 }, exif }).camera).toEqual({
      make: null,
      model: null,
      lens: null,
      iso: null,
      aperture: 4,
      exposureTime: null,
      focalLength: null,
    });
    expect(read({ ifd0: { Make: '', Model: '\0' } }).camera).toBeNull();
  });
});

describe('the place', () => {
  it('is read from GPS, with its names', () => {
    expect(locate({ GPSAltitude: 35.4, GPSAltitudeRef: [0] })).toEqual({
      latitude: 48.8606,
      longitude: 2.3376,
      altitude: 35.4,
      city: 'Paris',
      country: 'France',
    });
  });

  it('may lie south and west, and below the sea', () => {
    const gps = { GPSLatitudeRef: 'S', GPSLongitudeRef: 'w ', GPSAltitude: 400, GPSAltitudeRef: [1] };
    expect(locate(gps)).toMatchObject({ latitude: -48.8606, longitude: -2.3376, altitude: -400, city: null });
  });

  it.each([
    ['only degrees', { GPSLatitude: [10.5], GPSLongitude: [20.25] }],
    ['degrees and minutes', { GPSLatitude: [10, 30], GPSLongitude: [20, 15] }],
  ])('may be written as %s', (_, gps) => {
    expect(locate(gps)).toMatchObject({ latitude: 10.5, longitude: 20.25 });
  });

  it.each([
    ['no fix: 0, 0', { GPSLatitude: [0, 0, 0], GPSLongitude: [0, 0, 0] }],
    ['a zero by zero', { GPSLatitude: [Number.NaN, Number.NaN, Number.NaN] }],
    ['an infinity', { GPSLongitude: [Infinity, 0, 0] }],
    ['beyond the pole', { GPSLatitude: [90, 0, 1] }],
    ['beyond the date line', { GPSLongitude: [180, 30, 0] }],
    ['a negative number', { GPSLatitude: [-48, 0, 0] }],
    ['no half of the globe', { GPSLatitudeRef: undefined }],
    ['another half of the globe', { GPSLongitudeRef: 'N' }],
    ['no longitude', { GPSLongitude: undefined }],
    ['text', { GPSLatitude: '48.86' }],
    ['nothing', { GPSLatitude: [] }],
  ])('is absent with %s', (_, gps) => {
    expect(locate(gps)).toBeNull();
  });

  it('stays on the equator and on the prime meridian', () => {
    expect(locate({ GPSLatitude: [0, 0, 0] })).toMatchObject({ latitude: 0 });
    expect(locate({ GPSLongitude: [0, 0, 0] })).toMatchObject({ longitude: 0 });
  });

  it.each([Number.NaN, Infinity, 200_000, '12', undefined])('has no altitude of %j', (GPSAltitude) => {
    expect(locate({ GPSAltitude })).toMatchObject({ altitude: null });
  });
});

it('metadata is everything, by group', () => {
  const { metadata } = read({
    ifd0: { Artist: 'A' },
    exif: { DateTimeOriginal: '2024:05:01 09:30:00' },
    iptc: { Keywords: ['x'] },
    xmp: { dc: { title: 'T' } },
  });
  expect(metadata).toEqual({
    ifd0: { Artist: 'A' },
    exif: { DateTimeOriginal: '2024-05-01T09:30:00' },
    iptc: { Keywords: ['x'] },
    xmp: { dc: { title: 'T' } },
  });
});

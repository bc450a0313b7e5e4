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

it('returns only nulls for a file without tags', () => {
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

  it('has its name read from XMP if there is no EXIF', () => {
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
  ])('has the exposure time of %j s formatted as %j', (ExposureTime, exposureTime) => {
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
  ])('with the tags %j has the ISO %j', (exif, iso) => {
    expect(read({ ifd0: { Make: 'Example' }, exif }).camera?.iso).toBe(iso);
  });

  it('has null for impossible values', () => {
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

describe('the location', () => {
  it('is read from GPS, and has the names of its city and country', () => {
    expect(locate({ GPSAltitude: 35.4, GPSAltitudeRef: [0] })).toEqual({
      latitude: 48.8606,
      longitude: 2.3376,
      altitude: 35.4,
      city: 'Paris',
      country: 'France',
    });
  });

  it('may be in the south and west, and below sea level', () => {
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
    ['a division of zero by zero', { GPSLatitude: [Number.NaN, Number.NaN, Number.NaN] }],
    ['an infinite number', { GPSLongitude: [Infinity, 0, 0] }],
    ['a latitude beyond the pole', { GPSLatitude: [90, 0, 1] }],
    ['a longitude beyond the date line', { GPSLongitude: [180, 30, 0] }],
    ['a negative number', { GPSLatitude: [-48, 0, 0] }],
    ['no hemisphere', { GPSLatitudeRef: undefined }],
    ['a hemisphere of the wrong axis', { GPSLongitudeRef: 'N' }],
    ['no longitude', { GPSLongitude: undefined }],
    ['text', { GPSLatitude: '48.86' }],
    ['an empty latitude', { GPSLatitude: [] }],
  ])('is null for %s', (_, gps) => {
    expect(locate(gps)).toBeNull();
  });

  it('may be on the equator or on the prime meridian', () => {
    expect(locate({ GPSLatitude: [0, 0, 0] })).toMatchObject({ latitude: 0 });
    expect(locate({ GPSLongitude: [0, 0, 0] })).toMatchObject({ longitude: 0 });
  });

  it.each([Number.NaN, Infinity, 200_000, '12', undefined])(
    'does not have the altitude %j',
    (GPSAltitude) => {
      expect(locate({ GPSAltitude })).toMatchObject({ altitude: null });
    },
  );
});

it('metadata contains all tags by group', () => {
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

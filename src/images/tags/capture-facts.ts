import type { CameraFacts, CaptureFacts, LocationFacts } from '../image.ts';
import { readClock, readGpsTime } from './capture-clock.ts';
import type { EmbeddedTags, Tags } from './embedded-tags.ts';
import { reverseGeocode } from '../geocoder/geocoder.ts';
import { plainJson, plainText } from './plain-json.ts';

const MAX_NAME = 200;
const MAX_ISO = 10_000_000;
/** In EXIF 2.3, this value means that another tag contains the ISO. */
const ISO_OVERFLOW = 65_535;
/** The deepest ocean trench and the edge of space, in metres. */
const MIN_ALTITUDE = -11_000;
const MAX_ALTITUDE = 100_000;

/**
 * Converts the tags of a file to facts. Missing, malformed and impossible values are null, including dates more
 * than a day after `now`.
 */
export function toCaptureFacts(tags: EmbeddedTags, now: Date): CaptureFacts {
  return {
    clock: readClock(tags, now),
    gpsTime: readGpsTime(tags.gps, now),
    camera: readCamera(tags),
    location: readLocation(tags.gps),
    metadata: plainJson({ ...tags }),
  };
}

function readCamera({ ifd0, exif, xmp }: EmbeddedTags): CameraFacts | null {
  const camera: CameraFacts = {
    make: name(ifd0['Make']) ?? name(xmp['ifd0']?.['Make']),
    model: name(ifd0['Model']) ?? name(xmp['ifd0']?.['Model']),
    lens: name(exif['LensModel']) ?? name(xmp['aux']?.['Lens']),
    iso: readIso(exif),
    aperture: positive(exif['FNumber']) ?? fromApex(exif['ApertureValue']),
    exposureTime: exposureTime(positive(exif['ExposureTime'])),
    focalLength: positive(exif['FocalLength']),
  };
  return Object.values(camera).some((fact) => fact !== null) ? camera : null;
}

function name(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const [beforeNul = ''] = value.split('\0');
  return plainText(beforeNul, MAX_NAME) || null;
}

function readIso(exif: Tags): number | null {
  const isos = [exif['ISO'], exif['RecommendedExposureIndex']].map((iso) =>
    Number(Array.isArray(iso) ? iso[0] : (iso ?? 0)),
  );
  return (
    isos.find((iso) => Number.isInteger(iso) && iso > 0 && iso <= MAX_ISO && iso !== ISO_OVERFLOW) ?? null
  );
}

/**
 * Returns a number above zero, rounded to four decimal places if it is at least 0.001, because rationals contain
 * rounding errors of their division. Returns null for any other value.
 */
function positive(value: unknown): number | null {
  if (typeof value !== 'number' || !(value > 0 && value < 1e6)) return null;
  return value < 0.001 ? value : Number(value.toFixed(4));
}

/** APEX: the f-number is the square root of two, raised to the aperture value (EXIF 2.32, annex C). */
function fromApex(value: unknown): number | null {
  const apex = positive(value);
  return apex && apex < 20 ? Number((2 ** (apex / 2)).toFixed(1)) : null;
}

/** Formats seconds like exiftool: a fraction up to a quarter of a second, otherwise at most one decimal place. */
function exposureTime(seconds: number | null): string | null {
  if (seconds === null) return null;
  return seconds < 0.25001 ? `1/${Math.round(1 / seconds)}` : `${Number(seconds.toFixed(1))}`;
}

function readLocation(gps: Tags): LocationFacts | null {
  const latitude = degrees(gps['GPSLatitude'], gps['GPSLatitudeRef'], 'NS', 90);
  const longitude = degrees(gps['GPSLongitude'], gps['GPSLongitudeRef'], 'EW', 180);
  if (latitude === null || longitude === null) return null;
  // A receiver without a fix writes zeros.
  if (latitude === 0 && longitude === 0) return null;
  return { latitude, longitude, altitude: altitude(gps), ...reverseGeocode(latitude, longitude) };
}

/**
 * Converts degrees, minutes and seconds to signed degrees. Returns null if the hemisphere is missing, because a
 * wrong guess would move the photo to the other side of the globe.
 */
function degrees(
  value: unknown,
  hemisphere: unknown,
  [positiveLetter, negativeLetter]: string,
  max: number,
): number | null {
  if (!Array.isArray(value) || value.length === 0 || typeof hemisphere !== 'string') return null;
  const [whole, minutes = 0, seconds = 0] = value.map(Number);
  const sum = Number(whole) + minutes / 60 + seconds / 3600;
  if (!(sum >= 0 && sum <= max)) return null;
  const letter = hemisphere.trim().charAt(0).toUpperCase();
  const rounded = Number(sum.toFixed(7));
  if (letter === positiveLetter) return rounded;
  return letter === negativeLetter ? -rounded : null;
}

function altitude(gps: Tags): number | null {
  const metres = gps['GPSAltitude'];
  if (typeof metres !== 'number') return null;
  const reference = gps['GPSAltitudeRef'];
  const isBelow = (Array.isArray(reference) ? reference[0] : reference) === 1;
  const signed = Number((isBelow ? -metres : metres).toFixed(2));
  return signed >= MIN_ALTITUDE && signed <= MAX_ALTITUDE ? signed : null;
}

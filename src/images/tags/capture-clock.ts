import { DAY_MS } from '../../config/units.ts';
import type { CaptureFacts } from '../image.ts';
import type { EmbeddedTags, Tags } from './embedded-tags.ts';

type Clock = NonNullable<CaptureFacts['clock']>;

const OLDEST_PHOTO = Date.UTC(1826, 0, 1);
const OLDEST_GPS = Date.UTC(1980, 0, 6);
const MAX_OFFSET_MINUTES = 14 * 60;

/** EXIF's "2024:05:01 09:30:00", XMP's "2024-05-01T09:30:00.25+02:00" and "2024-05-01", and mixtures of them. */
const DATE_TIME =
  /^\s*(?<date>\d{4}[:\-/.]\d{1,2}[:\-/.]\d{1,2})(?:[T\s]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?\s*(?<offset>Z|[+-]\d{2}:?\d{2})?)?[\s\0]*$/;
const OFFSET = /^\s*(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})[\s\0]*$/;

/**
 * Returns the camera's clock at the time of the exposure; null if it is unknown. The sources in order of
 * preference: EXIF's DateTimeOriginal and CreateDate (digitization); the dates in XMP; EXIF's ModifyDate, if a
 * camera wrote the file. Skips a date that is zero, impossible, older than photography or over a day after `now`.
 */
export function readClock({ ifd0, exif, xmp }: EmbeddedTags, now: Date): Clock | null {
  const changed = ifd0['Make'] || ifd0['Model'] ? ifd0['ModifyDate'] : null;
  const written: [text: unknown, subsecond?: unknown, offset?: unknown][] = [
    [exif['DateTimeOriginal'], exif['SubSecTimeOriginal'], exif['OffsetTimeOriginal']],
    [exif['CreateDate'], exif['SubSecTimeDigitized'], exif['OffsetTimeDigitized']],
    [xmp['exif']?.['DateTimeOriginal']],
    [xmp['photoshop']?.['DateCreated']],
    [xmp['exif']?.['DateTimeDigitized']],
    [xmp['xmp']?.['CreateDate'] ?? xmp['xap']?.['CreateDate']],
    [changed, exif['SubSecTime'], exif['OffsetTime']],
  ];
  for (const [text, subsecond, offset] of written) {
    const clock = parseClock(text, subsecond, offset);
    if (clock && isPossible(clock.local, now, OLDEST_PHOTO)) return clock;
  }
  return null;
}

/** Returns the UTC time of the GPS receiver; null unless both date and time are valid. */
export function readGpsTime(gps: Tags, now: Date): Date | null {
  const day = gps['GPSDateStamp'];
  const time = gps['GPSTimeStamp'];
  if (typeof day !== 'string' || !Array.isArray(time)) return null;
  const [hour, minute, second] = time.map(Number);
  const local = utc(day, hour, minute, second);
  return local && isPossible(local, now, OLDEST_GPS) ? local : null;
}

function isPossible(local: Date, now: Date, oldest: number): boolean {
  return local.getTime() >= oldest && local.getTime() <= now.getTime() + DAY_MS;
}

function parseClock(text: unknown, subsecond: unknown, offset: unknown): Clock | null {
  const parts = typeof text === 'string' ? DATE_TIME.exec(text)?.groups : undefined;
  if (!parts?.['date']) return null;
  const digits = parts['fraction'] ?? /^\s*(\d+)/.exec(String(subsecond))?.[1] ?? '0';
  const second = Number(parts['second'] ?? 0) + Number(`0.${digits.slice(0, 9)}`);
  const local = utc(parts['date'], Number(parts['hour'] ?? 0), Number(parts['minute'] ?? 0), second);
  return local && { local, offsetMinutes: parseOffset(parts['offset'] ?? offset) };
}

/** Returns a Date with these UTC fields; null if the date or the time does not exist. */
function utc(day: string, hour = Number.NaN, minute = Number.NaN, second = Number.NaN): Date | null {
  const [year = 0, month = 0, date = 0] = day.split(/[:\-/.]/).map(Number);
  const midnight = new Date(Date.UTC(year, month - 1, date));
  if (midnight.getUTCFullYear() !== year || midnight.getUTCMonth() !== month - 1) return null;
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60)) return null;
  return new Date(midnight.getTime() + Math.floor((hour * 3600 + minute * 60) * 1000 + second * 1000));
}

function parseOffset(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  if (text === 'Z') return 0;
  const parts = OFFSET.exec(text)?.groups;
  const minutes = Number(parts?.['hours']) * 60 + Number(parts?.['minutes']);
  if (!(minutes <= MAX_OFFSET_MINUTES) || Number(parts?.['minutes']) > 59) return null;
  return parts?.['sign'] === '-' ? -minutes : minutes;
}

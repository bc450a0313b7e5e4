import { DateTime } from 'luxon';
import type { CaptureFacts } from '../image.ts';

export interface TakenAt {
  /** The instant. */
  takenAt: Date;
  /** The camera's clock: a Date whose UTC fields are the clock's. */
  takenAtLocal: Date;
}

const MINUTE_MS = 60_000;

/**
 * Says when a photo was taken: the camera's clock with its offset, else the camera's clock in `timeZone` (IANA), else the GPS
 * time, else the upload. Without a camera's clock, the local time is the instant's in `timeZone`. A zone that is not known
 * counts as UTC; of the two instants of a clock in autumn's repeated hour it is the first.
 */
export function resolveTakenAt(
  { clock, gpsTime }: Pick<CaptureFacts, 'clock' | 'gpsTime'>,
  timeZone: string,
  uploadedAt: Date,
): TakenAt {
  if (!clock) {
    const takenAt = gpsTime ?? uploadedAt;
    return { takenAt, takenAtLocal: clockIn(timeZone, takenAt) };
  }
  if (clock.offsetMinutes !== null) {
    return {
      takenAt: new Date(clock.local.getTime() - clock.offsetMinutes * MINUTE_MS),
      takenAtLocal: clock.local,
    };
  }
  return { takenAt: instantIn(timeZone, clock.local), takenAtLocal: clock.local };
}

function clockIn(timeZone: string, instant: Date): Date {
  const seen = DateTime.fromJSDate(instant, { zone: timeZone });
  return seen.isValid ? seen.setZone('utc', { keepLocalTime: true }).toJSDate() : instant;
}

function instantIn(timeZone: string, clock: Date): Date {
  const meant = DateTime.fromJSDate(clock, { zone: 'utc' }).setZone(timeZone, { keepLocalTime: true });
  if (!meant.isValid) return clock;
  // By themselves these are in no order that holds for every zone.
  const [first = meant] = meant.getPossibleOffsets();
  return first.toJSDate();
}

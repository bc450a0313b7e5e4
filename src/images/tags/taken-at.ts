import { DateTime } from 'luxon';
import type { CaptureFacts } from '../image.ts';

export interface TakenAt {
  /** The instant. */
  takenAt: Date;
  /** The camera's clock: a Date whose UTC fields hold the local time. */
  takenAtLocal: Date;
}

const MINUTE_MS = 60_000;

/**
 * Determines when a photo was taken. The sources in order of preference: the camera's clock with its offset; the
 * camera's clock in `timeZone` (IANA); the GPS time; the time of the upload. Without a camera's clock, the local
 * time is that of the instant in `timeZone`. An unknown zone is treated as UTC. If the clock shows a time in the
 * hour that is repeated in autumn, returns the first of the two instants.
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
  const local = DateTime.fromJSDate(instant, { zone: timeZone });
  return local.isValid ? local.setZone('utc', { keepLocalTime: true }).toJSDate() : instant;
}

function instantIn(timeZone: string, clock: Date): Date {
  const local = DateTime.fromJSDate(clock, { zone: 'utc' }).setZone(timeZone, { keepLocalTime: true });
  if (!local.isValid) return clock;
  // In a repeated hour, `local` itself is the first instant in some zones and the second in others.
  const [first = local] = local.getPossibleOffsets();
  return first.toJSDate();
}

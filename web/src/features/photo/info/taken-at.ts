const MINUTE = 60_000;

/** How far a camera's clock was from UTC, in minutes. */
export function offsetMinutes(takenAt: string, takenAtLocal: string): number {
  return Math.round((Date.parse(`${takenAtLocal}Z`) - Date.parse(takenAt)) / MINUTE);
}

/** "+09:00" of 540 */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * A camera's clock with its offset, as the service takes it (ISO-8601).
 * @param local as a datetime-local field gives it, where seconds may be left out
 */
export function withOffset(local: string, minutes: number): string {
  const full = /T\d\d:\d\d$/.test(local) ? `${local}:00` : local;
  return `${full}${offsetText(minutes)}`;
}

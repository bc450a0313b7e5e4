const MINUTE = 60_000;

/** Returns the UTC offset of the camera's clock, in minutes. */
export function offsetMinutes(takenAt: string, takenAtLocal: string): number {
  return Math.round((Date.parse(`${takenAtLocal}Z`) - Date.parse(takenAt)) / MINUTE);
}

/** Formats an offset: 540 minutes as "+09:00". */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * Returns a local time with its UTC offset, in ISO 8601, for the service.
 * @param local the value of a datetime-local field, which may have no seconds
 */
export function withOffset(local: string, minutes: number): string {
  const full = /T\d\d:\d\d$/.test(local) ? `${local}:00` : local;
  return `${full}${offsetText(minutes)}`;
}

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../api/viewer.ts';
import { writeBytes } from './bytes.ts';

/** Formats numbers, sizes and times for a language. Local times are those of the camera's clock and are not converted. */
export interface Format {
  number(value: number): string;
  percent(share: number): string;
  /** Bytes in KiB, MiB, GiB or TiB. */
  bytes(value: number): string;
  /** Day and time of an instant, in the user's time zone. */
  instant(iso: string): string;
  /** Day of an instant, in the user's time zone. */
  day(iso: string): string;
  /** @param local for example "2024-05-01T09:30:00" */
  localTime(local: string): string;
  /**
   * Omits the current year unless `year` is set.
   * @param local for example "2024-05-01"; a time after it is ignored
   */
  localDay(local: string, options?: { year?: boolean }): string;
  /** A short date. @param local for example "2024-05-01"; a time after it is ignored */
  date(local: string): string;
  /** @param month for example "2024-05" */
  month(month: string): string;
  monthShort(month: string): string;
  /** Days from now, for example "in 3 days". */
  inDays(days: number): string;
}

/** @param timeZone IANA name; undefined for the browser's time zone */
export function makeFormat(language: string, timeZone: string | undefined, now = new Date()): Format {
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
  const lazily = <T>(make: () => T) => {
    let made: T | undefined;
    return () => (made ??= make());
  };
  const number = lazily(() => new Intl.NumberFormat(language));
  const percent = lazily(() => new Intl.NumberFormat(language, { style: 'percent' }));
  const relative = lazily(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const zone = timeZone === undefined ? {} : { timeZone };
  const instant = lazily(() => date({ dateStyle: 'medium', timeStyle: 'short', ...zone }));
  const day = lazily(() => date({ dateStyle: 'medium', ...zone }));
  const localTime = lazily(() => date({ dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }));
  const thisYear = lazily(() => date({ month: 'long', day: 'numeric', weekday: 'short', timeZone: 'UTC' }));
  const anyYear = lazily(() =>
    date({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', timeZone: 'UTC' }),
  );
  const shortDate = lazily(() => date({ dateStyle: 'medium', timeZone: 'UTC' }));
  const month = lazily(() => date({ year: 'numeric', month: 'long', timeZone: 'UTC' }));
  const monthShort = lazily(() => date({ year: 'numeric', month: 'short', timeZone: 'UTC' }));
  return {
    number: (value) => number().format(value),
    percent: (share) => percent().format(share),
    bytes: (value) => writeBytes(language, value),
    instant: (iso) => instant().format(new Date(iso)),
    day: (iso) => day().format(new Date(iso)),
    localTime: (local) => localTime().format(new Date(`${local}Z`)),
    localDay: (local, { year = false } = {}) =>
      (!year && local.startsWith(String(now.getFullYear())) ? thisYear() : anyYear()).format(
        new Date(`${local.slice(0, 10)}T00:00:00Z`),
      ),
    date: (local) => shortDate().format(new Date(`${local.slice(0, 10)}T00:00:00Z`)),
    month: (name) => month().format(new Date(`${name}-01T00:00:00Z`)),
    monthShort: (name) => monthShort().format(new Date(`${name}-01T00:00:00Z`)),
    inDays: (days) => relative().format(days, 'day'),
  };
}

/** The format for the current language and the user's time zone. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const timeZone = useViewer()?.settings.timeZone;
  return useMemo(() => makeFormat(i18n.language, timeZone), [i18n.language, timeZone]);
}

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../api/viewer.ts';
import { writeBytes } from './bytes.ts';

/** Numbers, sizes and times as a language writes them. Local times are a camera's clock: no zone is applied to them. */
export interface Format {
  number(value: number): string;
  percent(share: number): string;
  /** Bytes in the unit that a person would use. */
  bytes(value: number): string;
  /** A day and a time, of an instant in the person's time zone. */
  instant(iso: string): string;
  /** The day of an instant in the person's time zone. */
  day(iso: string): string;
  /** "2024-05-01T09:30:00" */
  localTime(local: string): string;
  /** "2024-05-01" or with a time behind it; the year is left out where it is this one, unless asked for. */
  localDay(local: string, options?: { year?: boolean }): string;
  /** "2024-05-01", as short as can be. */
  date(local: string): string;
  /** "2024-05" */
  month(month: string): string;
  monthShort(month: string): string;
  /** Days from now, in words: "in 3 days". */
  inDays(days: number): string;
}

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

/** How the language and time zone of the person at the screen write things. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const timeZone = useViewer()?.settings.timeZone;
  return useMemo(() => makeFormat(i18n.language, timeZone), [i18n.language, timeZone]);
}

export interface DayOfYear {
  year: number;
  /** Inclusive, in local time. */
  from: string;
  /** Exclusive, in local time. */
  to: string;
}

/** The maximum number of years. Each year costs a request. */
const MAX_YEARS = 8;

/** Returns the current date in a time zone, as "2024-05-01". Without a time zone, uses that of the browser. */
export function today(timeZone: string | undefined, now = new Date()): string {
  const parts = new Intl.DateTimeFormat('en', {
    ...(timeZone === undefined ? {} : { timeZone }),
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/**
 * Returns the same day in earlier years that have photos of its month, newest first, at most 8. In a year without
 * a 29 February, the photos of that day are included on 28 February.
 * @param date today, "2024-05-01"
 * @param months the months that have photos, "2023-05"
 */
export function sameDays(date: string, months: readonly string[]): DayOfYear[] {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const years = months
    .filter((name) => name.endsWith(date.slice(4, 7)))
    .map((name) => Number(name.slice(0, 4)))
    .filter((other) => other < year && (day !== 29 || month !== 2 || hasLeapDay(other)));
  return years
    .toSorted((a, b) => b - a)
    .slice(0, MAX_YEARS)
    .map((other) => {
      const days = month === 2 && day === 28 && hasLeapDay(other) && !hasLeapDay(year) ? 2 : 1;
      return {
        year: other,
        from: midnight(other, month, day),
        to: midnight(other, month, day + days),
      };
    });
}

function hasLeapDay(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
}

function midnight(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 19);
}

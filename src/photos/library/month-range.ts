import { badUserInput } from '../../graphql/types/errors.ts';

/**
 * Returns the start of a month and the start of the next month in local time, as Dates whose UTC fields show that
 * time.
 * @throws BAD_USER_INPUT if the text is not YYYY-MM
 */
export function monthRange(month: string): { from: Date; to: Date } {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (!year || !number) throw badUserInput('month must be YYYY-MM, such as 2024-05.');
  const from = new Date(`${year}-${number}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from, to };
}

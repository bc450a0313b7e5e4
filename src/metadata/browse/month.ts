import { badUserInput } from '../../graphql/types/errors.ts';

/** The month of the camera's clock as a number, 202405 for May 2024, in SQL that DuckDB and PostgreSQL share. */
export const MONTH_OF_TAKEN_AT_LOCAL =
  'CAST(EXTRACT(YEAR FROM taken_at_local) * 100 + EXTRACT(MONTH FROM taken_at_local) AS INTEGER)';

/** 202405 as 2024-05. */
export function monthName(month: number): string {
  return `${String(Math.floor(month / 100)).padStart(4, '0')}-${String(month % 100).padStart(2, '0')}`;
}

/**
 * A month's first moment and the next month's, by a clock whose fields are the Dates' UTC fields.
 * @throws BAD_USER_INPUT where the text is not YYYY-MM.
 */
export function monthRange(month: string): { from: Date; to: Date } {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (!year || !number) throw badUserInput('month must be YYYY-MM, such as 2024-05.');
  const from = new Date(`${year}-${number}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from, to };
}

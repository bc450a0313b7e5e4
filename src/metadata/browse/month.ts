/** SQL for the month of a photo's local time as a number: 202405 for May 2024. Runs on DuckDB and PostgreSQL. */
export const MONTH_OF_TAKEN_AT_LOCAL =
  'CAST(EXTRACT(YEAR FROM taken_at_local) * 100 + EXTRACT(MONTH FROM taken_at_local) AS INTEGER)';

/** Formats a month: 202405 becomes 2024-05. */
export function monthName(month: number): string {
  return `${String(Math.floor(month / 100)).padStart(4, '0')}-${String(month % 100).padStart(2, '0')}`;
}

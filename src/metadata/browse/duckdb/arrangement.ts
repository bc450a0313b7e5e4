import type { Arrangement } from '../../../database/duckdb/arranger.ts';

/** The tables that DuckDB keeps in the order of the timeline, so that a page is read from few blocks. */
export const TIMELINE_ARRANGEMENT: readonly Arrangement[] = [
  { table: 'photos', group: 'user_id', column: 'taken_at_local', uncompressed: ['search_text'] },
];

import type { Bench } from '../bench.ts';
import { type Case, measureCases } from '../cases.ts';
import { cachedLibrary, libraryFolder } from '../libraries.ts';
import { HttpClient } from '../load.ts';
import type { Measure } from '../measure.ts';
import { withPostgresLibrary } from '../postgres-library.ts';
import { EMPTY, FIRST_PAGE, pageAfter, search, strip, TIMELINE } from '../queries.ts';
import { STRIP_MONTHS } from '../seed-values.ts';
import { withService } from '../service.ts';

const CLIENTS = [1, 8] as const;
const ON_POSTGRES = 'on PostgreSQL: ';
const MIDDLE = '2016-03-01T00:00:00';
const STRIP_GOALS = [
  { 1: 8, 8: 48 },
  { 1: 40, 8: 240 },
] as const;

/** Queries with a few hits, with about a quarter of the library, and with no hits. */
const WORDS = { few: 'img_4217', many: 'canon', no: 'zyzzyva' };

/** Rows 5 to 8 with a library of normal size. */
export async function usualLists(bench: Bench): Promise<Measure[]> {
  return withLibrary(bench, bench.library, async (url) => {
    const count = bench.library.toLocaleString('en');
    const page = { 1: 8, 8: 48 };
    return [
      { row: 5, name: `timeline of ${count}`, request: TIMELINE, goals: { 1: 3, 8: 18 } },
      ...STRIP_MONTHS.map(({ month, count }, index) => ({
        row: 6,
        name: `strip of ${count}`,
        request: strip(month),
        goals: STRIP_GOALS[index] ?? {},
      })),
      { row: 7, name: `first page of ${count}`, request: FIRST_PAGE, goals: page },
      { row: 7, name: `page in the middle of ${count}`, request: await middle(url), goals: page },
      ...searches(count, page),
    ];
  });
}

/** Rows 5, 7 and 8 with a big library. */
export async function bigLists(bench: Bench): Promise<Measure[]> {
  return withLibrary(bench, bench.bigLibrary, async (url) => {
    const count = bench.bigLibrary.toLocaleString('en');
    return [
      { row: 5, name: `timeline of ${count}`, request: TIMELINE, goals: { 1: 10, 8: 60 } },
      { row: 7, name: `first page of ${count}`, request: FIRST_PAGE },
      { row: 7, name: `page in the middle of ${count}`, request: await middle(url) },
      ...searches(count, { 1: 30 }),
    ];
  });
}

function searches(count: string, goals: Record<number, number>): Omit<Case, 'url' | 'clients'>[] {
  return Object.entries(WORDS).map(([hits, words]) => ({
    row: 8,
    name: `search of ${count}, ${hits} hits`,
    request: search(words),
    goals,
  }));
}

async function middle(url: string): Promise<Case['request']> {
  const http = new HttpClient(url);
  try {
    return await pageAfter(http, MIDDLE);
  } finally {
    http.close();
  }
}

async function withLibrary(
  bench: Bench,
  photos: number,
  casesOf: (url: string) => Promise<Omit<Case, 'url' | 'clients'>[]>,
): Promise<Measure[]> {
  const library = { photos, users: 1, onlyFirst: false };
  const dataDir = await libraryFolder(library, bench.log);
  return withPostgresLibrary(await cachedLibrary(library, bench.log), bench.log, (databaseUrl) =>
    withService({ ...bench, dataDir }, ({ url }) =>
      withService({ ...bench, env: { DATABASE_URL: databaseUrl } }, async (postgres) => {
        const cases = (await casesOf(url)).filter(({ row }) => bench.rows.has(row));
        const empty = { row: 0, name: 'empty query', request: EMPTY };
        const all = [empty, ...cases.map((each) => ({ ...each, baseline: 'empty query' }))].flatMap(
          (each) => [
            { ...each, url, clients: CLIENTS },
            { ...each, name: ON_POSTGRES + each.name, goals: {}, url: postgres.url, clients: CLIENTS },
          ],
        );
        return mergePostgres(await measureCases(bench, all)).filter(({ row }) => row !== 0);
      }),
    ),
  );
}

/** Adds the measures on PostgreSQL to those on DuckDB. */
function mergePostgres(measures: readonly Measure[]): Measure[] {
  const rounds = new Map(measures.map((measure) => [measure.name, measure.rounds]));
  return measures.flatMap((measure) => {
    if (measure.name.startsWith(ON_POSTGRES)) return [];
    const postgres = rounds.get(ON_POSTGRES + measure.name);
    return [postgres ? { ...measure, postgres } : measure];
  });
}

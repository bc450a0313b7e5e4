import { CrashTest } from './cycles.ts';
import { pointNames, startsAfter } from './points.ts';
import type { DatabaseName } from './databases.ts';
import type { StoreName } from './workspace.ts';

/**
 * Runs the crash test against the built service (`npm run build`), one cycle per kill point. `npm run test:crash`
 * runs any number of cycles.
 * @param own if true, uses only the points that depend on the store
 * @throws Error with the command that repeats the test
 */
export async function expectNothingLost(
  store: StoreName,
  {
    own = false,
    database = 'duckdb',
    killDatabase = false,
  }: { own?: boolean; database?: DatabaseName; killDatabase?: boolean } = {},
): Promise<void> {
  const lines: string[] = [];
  const seed = Date.now() % 1e9;
  try {
    const { kills, missed, photos } = await CrashTest.run({
      store,
      own,
      database,
      killDatabase,
      seed,
      log: (line) => lines.push(line),
    });
    expect(photos).toBeGreaterThan(0);
    // Whether a start reaches its point depends on the state left by the previous kill. One or two may not be
    // reached. If only the database was killed, the service often cleans up before it is restarted, so that nothing
    // is left for any start.
    const unreached = pointNames(store, { own, database }).filter(
      (name) => name in missed && (!killDatabase || startsAfter(name) === null),
    );
    expect(unreached.length).toBeLessThanOrEqual(2);
    const names = [...Object.keys(kills), ...Object.keys(missed)];
    expect(names).toEqual(expect.arrayContaining(pointNames(store, { own, database })));
  } catch (error) {
    throw new Error(
      `npm run test:crash -- --cycles ${lines.length} --seed ${seed} --store ${store} --database ${database}${killDatabase ? ' --kill database' : ''}\n${lines.join('\n')}`,
      { cause: error },
    );
  }
}

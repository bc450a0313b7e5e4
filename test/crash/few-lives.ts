import { CrashTest } from './cycles.ts';
import type { StoreName } from './place.ts';
import { pointNames } from './points.ts';

/**
 * A few lives of the built service (`npm run build`), one for each point; `npm run test:crash` is any number of them. `own`:
 * only the points that have to do with the store.
 */
export async function expectNothingLost(store: StoreName, { own = false } = {}): Promise<void> {
  const said: string[] = [];
  const seed = Date.now() % 1e9;
  try {
    const { kills, missed, photos } = await CrashTest.run({
      store,
      own,
      seed,
      say: (line) => said.push(line),
    });
    expect(photos).toBeGreaterThan(0);
    // A point of a start depends on what the death before it happened to leave: one or two may not come.
    expect(Object.keys(missed).length).toBeLessThanOrEqual(2);
    const came = [...Object.keys(kills), ...Object.keys(missed)];
    expect(came).toEqual(expect.arrayContaining(pointNames(store, { own })));
  } catch (error) {
    throw new Error(
      `npm run test:crash -- --cycles ${said.length} --seed ${seed} --store ${store}\n${said.join('\n')}`,
      { cause: error },
    );
  }
}

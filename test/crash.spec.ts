import { CrashTest } from './crash/cycles.ts';
import { pointNames } from './crash/points.ts';

// A few lives of the built service (`npm run build`); `npm run test:crash` is any number of them.

it.each(['disk', 'gcs'] as const)(
  'loses nothing that was acknowledged and keeps nothing that was not, wherever the service is killed: %s',
  async (store) => {
    const said: string[] = [];
    const seed = Date.now() % 1e9;
    // Over a bucket, what has nothing to do with it is left to the disk.
    const own = store === 'gcs';
    try {
      const say = (line: string) => said.push(line);
      const { kills, missed, photos } = await CrashTest.run({ store, own, seed, say });
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
  },
  600_000,
);

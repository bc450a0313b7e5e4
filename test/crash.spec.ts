import { CrashTest } from './crash/cycles.ts';
import { POINT_NAMES } from './crash/points.ts';

// A few lives of the built service (`npm run build`); `npm run test:crash` is any number of them.

it('loses nothing that was acknowledged and keeps nothing that was not, wherever the service is killed', async () => {
  const said: string[] = [];
  const seed = Date.now() % 1e9;
  try {
    const { kills, missed, photos } = await CrashTest.run(undefined, seed, (line) => said.push(line));
    expect(photos).toBeGreaterThan(0);
    // A point of a start depends on what the death before it happened to leave: one or two may not come.
    expect(Object.keys(missed).length).toBeLessThanOrEqual(2);
    expect([...Object.keys(kills), ...Object.keys(missed)]).toEqual(expect.arrayContaining(POINT_NAMES));
  } catch (error) {
    throw new Error(`npm run test:crash -- --cycles ${said.length} --seed ${seed}\n${said.join('\n')}`, {
      cause: error,
    });
  }
}, 600_000);

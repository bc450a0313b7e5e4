import { TARGETS } from './fuzz/targets.ts';

// Runs each target for a short time. `npm run fuzz -- --runs 20000` starts a long run.

const RUNS: Record<string, number> = { sniff: 800, tags: 2000, photo: 200 };

it.each(Object.keys(TARGETS))(
  'every input of the target %s has an allowed outcome',
  async (name) => {
    const seed = Date.now() % 1e9;
    try {
      const outcomes = await TARGETS[name]?.({ runs: RUNS[name] ?? 0, seed });
      expect(Object.keys(outcomes ?? {}).length).toBeGreaterThan(3);
    } catch (error) {
      const path = /path: "([^"]+)"/.exec(String(error))?.[1];
      throw new Error(
        `To repeat: npm run fuzz -- --target ${name} --runs 1 --seed ${seed} --path ${path ?? '<path in the cause>'}`,
        {
          cause: error,
        },
      );
    }
  },
  300_000,
);

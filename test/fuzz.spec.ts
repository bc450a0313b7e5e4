import { TARGETS } from './fuzz/targets.ts';

// A short run over each target; `npm run fuzz -- --runs 20000` is a long one.

const RUNS: Record<string, number> = { sniff: 800, tags: 2000, photo: 200 };

it.each(Object.keys(TARGETS))(
  'any input of %s has an outcome of its kind',
  async (name) => {
    const seed = Date.now() % 1e9;
    try {
      const outcomes = await TARGETS[name]?.({ runs: RUNS[name] ?? 0, seed });
      expect(Object.keys(outcomes ?? {}).length).toBeGreaterThan(3);
    } catch (error) {
      const path = /path: "([^"]+)"/.exec(String(error))?.[1];
      throw new Error(
        `npm run fuzz -- --target ${name} --runs 1 --seed ${seed} --path ${path ?? 'of the cause'}`,
        {
          cause: error,
        },
      );
    }
  },
  300_000,
);

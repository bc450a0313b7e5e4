import { parseArgs } from 'node:util';
import { TARGETS } from './targets.ts';

// npm run fuzz -- --runs 2000 --seed 7
// npm run fuzz -- --target photo --runs 1 --seed 7 --path 12:0:1

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string' },
    path: { type: 'string' },
  },
});
const runs = Number(values.runs ?? 2000);
const seed = Number(values.seed ?? Date.now() % 1e9);
const names = values.target ? [values.target] : Object.keys(TARGETS);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed) || names.some((name) => !TARGETS[name])) {
  throw new Error(
    `--runs must be a positive integer, --seed an integer, --target one of ${Object.keys(TARGETS).join(', ')}.`,
  );
}
if (values.path && !values.target) throw new Error('--path requires --target.');

for (const name of names) {
  const start = performance.now();
  console.log(`${name}: ${runs} runs with the seed ${seed}`);
  const outcomes = await TARGETS[name]?.({ runs, seed, ...(values.path ? { path: values.path } : {}) });
  console.log(`${name}: no failures in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  console.log(outcomes);
}

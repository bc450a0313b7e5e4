import { parseArgs } from 'node:util';
import { CrashTest } from './cycles.ts';
import { STORES } from './place.ts';

// npm run test:crash -- --cycles 200 --seed 7 --store gcs

const { values } = parseArgs({
  options: { cycles: { type: 'string' }, seed: { type: 'string' }, store: { type: 'string' } },
});
const cycles = Number(values.cycles ?? 50);
const seed = Number(values.seed ?? Date.now() % 1e9);
const store = STORES.find((name) => name === (values.store ?? 'disk'));
if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed) || !store)
  throw new Error(
    `--cycles is a whole number from 1, --seed a whole number, --store ${STORES.join(' or ')}.`,
  );

const started = performance.now();
console.log(`${cycles} cycles with the seed ${seed}, objects in ${store}.`);
const report = await CrashTest.run({ store, cycles, seed, say: console.log });
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(
  `${report.cycles} cycles in ${minutes} minutes, ${report.photos} photos at the end: nothing was lost.`,
);
console.table(
  Object.keys({ ...report.kills, ...report.missed }).map((point) => ({
    point,
    died: report.kills[point] ?? 0,
    'did not come': report.missed[point] ?? 0,
  })),
);

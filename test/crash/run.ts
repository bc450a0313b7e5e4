import { parseArgs } from 'node:util';
import { CrashTest } from './cycles.ts';
import { DATABASES } from './databases.ts';
import { STORES } from './workspace.ts';

// npm run test:crash -- --cycles 200 --seed 7 --store gcs --database postgres --kill database

const { values } = parseArgs({
  options: {
    cycles: { type: 'string' },
    seed: { type: 'string' },
    store: { type: 'string' },
    database: { type: 'string' },
    kill: { type: 'string' },
  },
});
const cycles = Number(values.cycles ?? 50);
const seed = Number(values.seed ?? Date.now() % 1e9);
const store = STORES.find((name) => name === (values.store ?? 'disk'));
const database = DATABASES.find((name) => name === (values.database ?? 'duckdb'));
const killDatabase = values.kill === 'database';
if (!database || (killDatabase && database !== 'postgres'))
  throw new Error(`--database must be ${DATABASES.join(' or ')}; --kill database needs postgres.`);
if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed) || !store)
  throw new Error(`--cycles must be a positive integer, --seed an integer, --store ${STORES.join(' or ')}.`);

const started = performance.now();
console.log(`Running ${cycles} cycles with seed ${seed} store ${store} and database ${database}.`);
const report = await CrashTest.run({ store, database, killDatabase, cycles, seed, log: console.log });
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(
  `Nothing was lost in ${report.cycles} cycles. They took ${minutes} minutes; the libraries now have ${report.photos} photos.`,
);
console.table(
  Object.keys({ ...report.kills, ...report.missed }).map((point) => ({
    point,
    killed: report.kills[point] ?? 0,
    'not reached': report.missed[point] ?? 0,
  })),
);

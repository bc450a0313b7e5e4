import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { LocalPostgres } from './postgres/local-postgres.ts';

// npm run start:postgres: runs the built service for one local user on a PostgreSQL server of its own, whose data is in
// DATA_DIR/postgres. The environment variables are those of the service.

const MAIN = join(import.meta.dirname, '../../dist/main.js');
// Not the data folder of `npm start`, whose objects are not known to this database.
const dataDir = resolve(process.env['DATA_DIR'] || './data/postgres-local');

const postgres = await LocalPostgres.start({ folder: join(dataDir, 'postgres'), durable: true });
const url = (await postgres.hasDatabase('imgstream'))
  ? postgres.url('imgstream')
  : await postgres.createDatabase('imgstream');
console.error(
  `PostgreSQL listens at 127.0.0.1:${postgres.port}; its data is in ${join(dataDir, 'postgres')}`,
);

const service = spawn(process.execPath, [MAIN], {
  stdio: 'inherit',
  env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: url },
});
// The database stays available until the service has exited.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => service.kill(signal));
service.once('exit', (code) => void postgres.stop().then(() => process.exit(code ?? 1)));

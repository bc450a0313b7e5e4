import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GcsServer } from './gcs/server.ts';

// npm run start:gcs-local: runs the built service for one local user, with its objects in a bucket of a local Cloud
// Storage server. That server runs in this process and stores the objects under DATA_DIR/gcs-emulator. The
// environment variables are those of the service, and GCS_PORT.

const BUCKET = 'imgstream-local';
const MAIN = join(import.meta.dirname, '../../dist/main.js');
const { DATA_DIR, PORT = '8080', GCS_PORT = '9023', ...environment } = process.env;
// Not the data folder of `npm start`, because its database refers to objects that are not in the bucket.
const dataDir = resolve(DATA_DIR || './data/gcs-local');

/** The origins under which a browser may open the service. Requests of its pages carry one of these. */
const ORIGINS = ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${PORT}`);

const CORS = {
  origin: ORIGINS,
  method: ['PUT', 'GET', 'HEAD'],
  responseHeader: ['Content-Type', 'x-goog-content-length-range', 'x-goog-if-generation-match'],
  maxAgeSeconds: 60,
};

async function startBucket(): Promise<GcsServer> {
  const folder = join(dataDir, 'gcs-emulator');
  await mkdir(folder, { recursive: true });
  const server = await GcsServer.start({ folder, port: Number(GCS_PORT), buckets: [BUCKET] });
  await server.setBucket(BUCKET, { cors: [CORS] });
  return server;
}

function startService({ url, keyFile }: GcsServer): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    stdio: 'inherit',
    env: {
      ...environment,
      PORT,
      DATA_DIR: dataDir,
      AUTH_MODE: 'dev',
      STORAGE_URL: `gs://${BUCKET}`,
      STORAGE_EMULATOR_HOST: url,
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    },
  });
}

const server = await startBucket().catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE';
  console.error(isTaken ? `Port ${GCS_PORT} is in use; set GCS_PORT to another.` : error.message);
  process.exit(1);
});
console.error(
  `A local Cloud Storage server listens at ${server.url}; its objects are in ${join(dataDir, 'gcs-emulator')}`,
);
const service = startService(server);
// The bucket stays available until the service has exited.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => service.kill(signal));
service.once('exit', (code) => void server.close().then(() => process.exit(code ?? 1)));

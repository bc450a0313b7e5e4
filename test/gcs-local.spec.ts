import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { serveOnLoopback } from './support/loopback.ts';

// Tests `npm run start:gcs-local` with the built service (`npm run build`).

const MAIN = join(import.meta.dirname, 'support/start-gcs-local.ts');

let dataDir: string;
let port: number;
let child: ChildProcess;
let output: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-gcs-local-'));
  const probe = await serveOnLoopback(() => undefined);
  ({ port } = probe);
  await probe.close();
});
afterAll(async () => {
  if (child.exitCode === null) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Client> {
  output = '';
  child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      PORT: String(port),
      GCS_PORT: '0',
      MEDIA_DELIVERY: 'signed',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ImgStream listens at')) ready.resolve();
    });
  child.once('exit', () => ready.reject(new Error(output)));
  await ready.promise;
  return new Client(`http://localhost:${port}`, {});
}

async function stop(): Promise<number | null> {
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  return code;
}

it('accepts photos directly in its bucket, also from a page, and keeps them after a restart', async () => {
  const client = await start();
  const file = { name: 'local.jpg', bytes: await jpeg(), type: 'image/jpeg' };
  const [target] = await client.declare(file);
  const preflight = await fetch(target!['url'], {
    method: 'OPTIONS',
    headers: {
      origin: client.url,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,x-goog-content-length-range,x-goog-if-generation-match',
    },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(client.url);
  expect((await client.put(target!, file.bytes)).status).toBe(200);
  const [kept] = await client.complete(target!['id']);
  expect(kept).toMatchObject({ __typename: 'Photo' });
  expect(output).not.toContain('Pages cannot upload');
  expect(await stop()).toBe(0);
  expect((await readdir(dataDir)).toSorted()).toContain('gcs-emulator');
  await expect(fetch(target!['url'])).rejects.toThrow('fetch failed');

  const again = await start();
  const original = await again.fetch(kept?.['originalUrl']);
  expect(original.redirected).toBe(true);
  expect(Buffer.from(await original.arrayBuffer())).toEqual(file.bytes);
  expect(await stop()).toBe(0);
});

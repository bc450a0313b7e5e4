import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, HEADER } from './support/app.ts';
import { jpeg } from './support/images.ts';
import { assertion, AUDIENCE, ISSUER, KeyServer, signingKey } from './support/key-server.ts';
import { freePort } from './support/loopback.ts';

/** The entry point of the built service (`npm run build`), which these specs run in child processes. */
const MAIN = join(import.meta.dirname, '../dist/main.js');

let dataDir: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-process-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
});

function start(env: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
} {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, exited: once(child, 'exit').then(([code]) => code as number | null) };
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (
      await fetch(`${url}/health/ready`).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error('The service was not ready within 50 s.');
}

it('reports all invalid variables at once and exits with 1', async () => {
  const { output, exited } = start({ PORT: 'x', TRASH_DAYS: '0', AUTH_MODE: 'none', MY_SECRET: 'hush' });
  expect(await exited).toBe(1);
  for (const name of ['PORT', 'TRASH_DAYS', 'AUTH_MODE']) expect(output()).toContain(name);
  expect(output()).not.toContain('hush');
});

it('reports a port or database that is in use and exits with 1', async () => {
  const port = await freePort();
  const first = start({ PORT: String(port) });
  await ready(`http://localhost:${port}`);
  const second = start({ PORT: String(await freePort()) });
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain('imgstream.duckdb');
  const other = await mkdtemp(join(tmpdir(), 'imgstream-process-'));
  const third = start({ PORT: String(port), DATA_DIR: other });
  expect(await third.exited).toBe(1);
  expect(third.output()).toContain(`Port ${port}`);
  await rm(other, { recursive: true, force: true });
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
});

it('reports an unreachable bucket as such, not as an invalid variable, and exits with 1', async () => {
  const { output, exited } = start({
    STORAGE_URL: 'gs://photos',
    STORAGE_EMULATOR_HOST: 'http://127.0.0.1:1',
  });
  expect(await exited).toBe(1);
  expect(output()).toMatch(/gs:\/\/photos \(unreachable\): /);
  expect(output()).not.toMatch(/configuration is invalid|\n\s+at /);
});

it('finishes running requests on SIGTERM and leaves a database without a log', async () => {
  const port = await freePort();
  const service = start({ PORT: String(port) });
  const client = new Client(`http://localhost:${port}`, {});
  await ready(client.url);
  const uploading = client.upload({ name: 'last.jpg', bytes: await jpeg({ width: 4000, height: 3000 }) });
  // Waits until the server has received at least a part of the file.
  const arriving = join(dataDir, 'temp/uploads');
  while ((await readdir(arriving)).length === 0) await sleep(5);
  service.child.kill('SIGTERM');
  expect(await uploading).toMatchObject([{ __typename: 'Photo' }]);
  expect(await service.exited).toBe(0);
  await expect(access(join(dataDir, 'imgstream.duckdb.wal'))).rejects.toThrow('ENOENT');

  const again = start({ PORT: String(port) });
  await ready(client.url);
  expect(await client.data('{ photos { nodes { filename } } }')).toEqual({
    photos: { nodes: [{ filename: 'last.jpg' }] },
  });
  again.child.kill('SIGTERM');
  expect(await again.exited).toBe(0);
});

it('logs JSON lines in production with the user and the request, and without secrets', async () => {
  const key = await signingKey('k');
  const keys = await KeyServer.start(key);
  const port = await freePort();
  const service = start({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    AUTH_MODE: 'proxy',
    AUTH_HEADER: HEADER,
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: keys.url,
  });
  await ready(`http://localhost:${port}`);
  const token = await assertion(key, {
    sub: 'accounts.test:ada',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
  });
  const ada = new Client(`http://localhost:${port}`, {
    [HEADER]: token,
    cookie: 'session=c00kie',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  });
  const [target] = await ada.declare({ name: 'holiday-in-rome.jpg', bytes: await jpeg({ seed: 3 }) });
  await ada.put(target!, await jpeg({ seed: 3 }));
  await ada.complete(target!['id']);
  await new Client(ada.url, { [HEADER]: `${token}x` }).fetch('/graphql');
  service.child.kill('SIGTERM');
  await service.exited;
  await keys.stop();

  const output = service.output();
  const lines: Record<string, any>[] = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const put = lines.find((line) => line.method === 'PUT');
  expect(put).toMatchObject({
    userId: 'accounts.test:ada',
    status: 200,
    ms: expect.any(Number),
    requestId: expect.any(String),
    traceId: 'a'.repeat(32),
  });
  expect(lines).toContainEqual(
    expect.objectContaining({ audit: true, action: 'sign-in', outcome: 'refused' }),
  );
  const secret = String(target?.['url']).split('/').at(-1) ?? '';
  for (const hidden of [
    token,
    token.split('.')[2] ?? '',
    'c00kie',
    'ada@example.com',
    'Lovelace',
    'holiday-in-rome',
    secret,
  ])
    expect(output).not.toContain(hidden);
});

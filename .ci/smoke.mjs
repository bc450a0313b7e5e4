// Starts the built server with its defaults, opens its page, uploads one photo, downloads it again, and stops the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-smoke-'));
const port = await freePort();
const server = spawn(process.execPath, ['dist/main.js'], {
  env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, NODE_ENV: '', AUTH_MODE: '' },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const stopped = once(server, 'exit');
try {
  const url = `http://localhost:${port}`;
  await until(async () => (await fetch(`${url}/health/ready`)).ok);
  const page = await fetch(`${url}/gallery`, { headers: { accept: 'text/html' } }).then((res) => res.text());
  const [script] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
  assert.match((await fetch(url + script)).headers.get('cache-control'), /immutable/);
  const original = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#478' } })
    .jpeg()
    .toBuffer();
  const form = new FormData();
  const query =
    'mutation ($files: [Upload!]!) { uploadPhotos(files: $files) { ... on Photo { width originalUrl thumbnailUrl } } }';
  form.set('operations', JSON.stringify({ query, variables: { files: [null] } }));
  form.set('map', JSON.stringify({ 0: ['variables.files.0'] }));
  form.set('0', new Blob([original]), 'smoke.jpg');
  const headers = { 'apollo-require-preflight': 'true' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: form }).then((res) =>
    res.json(),
  );
  const [photo] = response.data.uploadPhotos;
  assert.equal(photo.width, 640);
  const fetched = await fetch(url + photo.originalUrl).then((res) => res.arrayBuffer());
  assert.deepEqual(Buffer.from(fetched), original);
  const thumbnail = await fetch(url + photo.thumbnailUrl).then((res) => res.arrayBuffer());
  assert.equal((await sharp(Buffer.from(thumbnail)).metadata()).width, 400);
  console.log('The built server stored a photo and returned it.');
} finally {
  server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), 10_000);
  const [code, signal] = await stopped;
  clearTimeout(late);
  await rm(dataDir, { recursive: true, force: true });
  assert.notEqual(signal, 'SIGKILL', 'the server did not stop within 10 s of SIGTERM');
  console.log(`The server stopped (${signal ?? code}).`);
}

async function until(condition) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The server was not ready within 30 s.');
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

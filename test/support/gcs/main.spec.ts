import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Storage } from '@google-cloud/storage';
import { someBytes } from './local-gcs.ts';

const MIB = 1024 ** 2;
const BUCKET = 'photos-of-all';

/** The server in a separate process, as a developer starts it. */
describe('main.ts', () => {
  let folder: string;
  let running: ChildProcess | null = null;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'gcs-main-'))));
  afterAll(async () => {
    await stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (...more: string[]) => {
    const options = ['--folder', join(folder, 'gcs'), '--port', '0', '--bucket', BUCKET, ...more];
    running = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of running.stdout!) {
      output += String(chunk);
      if (/Key.*\n/.test(output)) break;
    }
    const [, url] = /: (http:\S+)/.exec(output)!;
    const [, keyFile] = /account: (\S+)/.exec(output)!;
    const storage = new Storage({ apiEndpoint: url!, projectId: 'x' });
    storage.authClient.jsonContent = JSON.parse(await readFile(keyFile!, 'utf8')) as { client_email: string };
    return { url: url!, keyFile: keyFile!, pid: running.pid!, bucket: storage.bucket(BUCKET) };
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (!running) return null;
    const exited = once(running, 'exit');
    running.kill(signal);
    running = null;
    return (await exited) as [number | null, string | null];
  };
  async function* manyBytes(size: number) {
    const chunk = someBytes(MIB);
    for (let i = 0; i < size / MIB; i++) yield chunk;
  }

  it('keeps objects, metadata, half an upload and the account after it is killed', async () => {
    const first = await start('--allow-origin', 'https://photos.test');
    await first.bucket.file('kept').save('kept', { resumable: false, metadata: { metadata: { a: '1' } } });
    await first.bucket
      .file('kept')
      .save('kept, again', { resumable: false, metadata: { metadata: { a: '2' } } });
    const [before] = await first.bucket.file('kept').getMetadata();
    const [sessionUri] = await first.bucket.file('half').createResumableUpload();
    const bytes = someBytes(600_000);
    const part = await fetch(sessionUri, {
      method: 'PUT',
      body: bytes.subarray(0, 524_288),
      headers: { 'content-range': 'bytes 0-524287/*' },
    });
    expect(part.status).toBe(308);
    const key = await readFile(first.keyFile, 'utf8');
    expect((await stat(first.keyFile)).mode & 0o077).toBe(0);
    expect(await stop('SIGKILL')).toEqual([null, 'SIGKILL']);

    const second = await start();
    expect((await second.bucket.file('kept').getMetadata())[0]).toMatchObject({
      generation: before.generation,
      metadata: { a: '2' },
    });
    expect((await second.bucket.file('kept').download())[0].toString()).toBe('kept, again');
    expect((await second.bucket.getMetadata())[0].cors).toMatchObject([{ origin: ['https://photos.test'] }]);
    const moved = new URL(sessionUri);
    moved.host = new URL(second.url).host;
    const rest = await fetch(moved, {
      method: 'PUT',
      body: bytes.subarray(524_288),
      headers: { 'content-range': 'bytes 524288-599999/600000' },
    });
    expect(rest.status).toBe(200);
    expect((await second.bucket.file('half').download())[0].equals(bytes)).toBe(true);
    expect(JSON.parse(await readFile(second.keyFile, 'utf8'))).toMatchObject({
      private_key: (JSON.parse(key) as { private_key: string }).private_key,
    });
    // Two objects, each with its metadata and one generation of bytes.
    expect(await readdir(join(folder, 'gcs/buckets', BUCKET, 'objects'))).toHaveLength(4);
    expect(await stop('SIGTERM')).toEqual([0, null]);
  });

  it('receives and sends 200 MiB without holding them in memory', async () => {
    const { bucket, pid } = await start();
    const resident = async () => {
      // The peak, in MiB. Only Linux reports it.
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    };
    await bucket.file('warm').save(someBytes(4 * MIB), { resumable: false });
    const before = await resident();
    for (const resumable of [true, false]) {
      const file = bucket.file(`large-${resumable}`);
      await pipeline(Readable.from(manyBytes(200 * MIB)), file.createWriteStream({ resumable }));
      let received = 0;
      for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) received += chunk.length;
      expect(received).toBe(200 * MIB);
    }
    // It grows by 50 to 60 MiB, also with 800 MiB of data.
    expect((await resident()) - before).toBeLessThan(160);
  });
});

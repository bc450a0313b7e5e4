import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { type IncomingMessage, type RequestOptions, type Server, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parse as parseDisposition } from 'content-disposition';
import express, { type Request, type Response } from 'express';
import { DiskObjectStore } from '../../storage/disk/disk-object-store.ts';
import {
  type ByteRange,
  ObjectNotFoundError,
  ObjectStore,
  StorageUnavailableError,
} from '../../storage/object-store.ts';
import { deliver, type Media } from './delivery.ts';

/** A store on disk whose opened streams can be looked at, and whose reads can be held back or replaced. */
class WatchedStore extends ObjectStore {
  readonly opened: Readable[] = [];
  beforeRead = async (): Promise<void> => undefined;
  replace = (bytes: Readable): Readable => bytes;

  constructor(private readonly disk: DiskObjectStore) {
    super();
  }
  override put = (key: string, body: Readable | Buffer) => this.disk.put(key, body);
  override putFile = (key: string, path: string) => this.disk.putFile(key, path);
  override find = (key: string) => this.disk.find(key);
  override delete = (key: string) => this.disk.delete(key);
  override list = (prefix: string, options: { after?: string | null; limit: number }) =>
    this.disk.list(prefix, options);
  override discardUnfinished = () => this.disk.discardUnfinished();
  override check = () => this.disk.check();
  override async read(key: string, range?: ByteRange): Promise<Readable> {
    await this.beforeRead();
    const bytes = this.replace(await this.disk.read(key, range));
    this.opened.push(bytes);
    return bytes;
  }
}

const KEY = 'photos/u1/p1.jpg';
const BODY = '0123456789';
const LARGE = Buffer.alloc(32 * 1024 * 1024, 7);

describe('deliver', () => {
  let folder: string;
  let store: WatchedStore;
  let server: Server;
  let port: number;
  let media: Media;
  let outcomes: unknown[];
  let options: { stallMs?: number };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'delivery-'));
    store = new WatchedStore(await DiskObjectStore.open(join(folder, 'objects')));
    await store.put(KEY, Buffer.from(BODY));
    media = {
      key: KEY,
      sizeBytes: BODY.length,
      etag: '"abc"',
      contentType: 'image/jpeg',
      cacheControl: 'private, max-age=60',
      lastModified: new Date('2026-05-04T03:02:01.999Z'),
    };
    outcomes = [];
    options = {};
    const handle = async (req: Request, res: Response) => {
      const outcome: unknown = await deliver(req, res, store, media, options).catch(
        (error: unknown) => error,
      );
      outcomes.push(outcome);
      if (res.headersSent) return;
      res.status(outcome instanceof ObjectNotFoundError ? 404 : 503).end();
    };
    const app = express().get('/', (req, res) => void handle(req, res));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
    port = address.port;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const open = (headers: RequestOptions['headers'] = {}, method = 'GET') =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, headers, agent: false }, resolve);
      sent.on('error', reject).end();
    });
  const ask = async (headers: RequestOptions['headers'] = {}, method = 'GET') => {
    const res = await open(headers, method);
    return { status: res.statusCode, headers: res.headers, body: await text(res) };
  };
  const settled = async (count = 1) => {
    while (outcomes.length < count) await setTimeout(5);
    return outcomes;
  };
  const allClosed = async () => {
    expect(store.opened.length).toBeGreaterThan(0);
    while (!store.opened.every((bytes) => bytes.closed)) await setTimeout(5);
  };
  const putLarge = async () => {
    await store.put('large', LARGE);
    media = { ...media, key: 'large', sizeBytes: LARGE.length };
  };

  describe('GET and HEAD', () => {
    const expected = {
      'content-type': 'image/jpeg',
      'content-length': '10',
      'cache-control': 'private, max-age=60',
      etag: '"abc"',
      'last-modified': 'Mon, 04 May 2026 03:02:01 GMT',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
    };

    it('gives the bytes and what they are', async () => {
      const { status, headers, body } = await ask();
      expect([status, body]).toEqual([200, BODY]);
      expect(headers).toMatchObject(expected);
      expect(headers).not.toHaveProperty('content-disposition');
      expect(headers).not.toHaveProperty('content-range');
      expect(await settled()).toEqual([undefined]);
    });

    it('answers HEAD alike, without a body or an open file, whatever its Range', async () => {
      const { status, headers, body } = await ask({ range: 'bytes=0-1' }, 'HEAD');
      expect([status, body]).toEqual([200, '']);
      expect(headers).toMatchObject(expected);
      expect(store.opened).toEqual([]);
    });

    it('gives a large object whole, and the connection goes on', async () => {
      await putLarge();
      for (let i = 0; i < 2; i += 1) {
        const res = await fetch(`http://127.0.0.1:${port}/`);
        expect(LARGE.equals(await res.bytes())).toBe(true);
      }
      expect(await settled(2)).toEqual([undefined, undefined]);
      await allClosed();
    });

    it('gives an object of no bytes', async () => {
      await store.put('empty', Buffer.alloc(0));
      media = { ...media, key: 'empty', sizeBytes: 0 };
      const { status, headers, body } = await ask({ range: 'bytes=0-' });
      expect([status, headers['content-length'], body]).toEqual([200, '0', '']);
    });

    it('adds no charset to a type of text', async () => {
      media = { ...media, contentType: 'text/plain' };
      expect((await ask()).headers['content-type']).toBe('text/plain');
    });
  });

  describe('conditions', () => {
    it.each([
      { 'if-none-match': '"abc"' },
      { 'if-none-match': 'W/"abc"' },
      { 'if-none-match': '"x", "abc" , "y"' },
      { 'if-none-match': '*' },
      { 'if-none-match': '"abc"', 'cache-control': 'no-cache', pragma: 'no-cache' },
      { 'if-none-match': '"abc"', range: 'bytes=0-1' },
      { 'if-none-match': '"abc"', 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' },
      { 'if-modified-since': 'Mon, 04 May 2026 03:02:01 GMT' },
      { 'if-match': '"abc"', 'if-none-match': '"abc"' },
    ])('says 304 to %j and reads nothing', async (headers) => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(headers, method);
        expect([answer.status, answer.body]).toEqual([304, '']);
        expect(answer.headers).toMatchObject({ etag: '"abc"', 'cache-control': 'private, max-age=60' });
        expect(answer.headers).not.toHaveProperty('content-type');
        expect(answer.headers).not.toHaveProperty('content-length');
      }
      expect(store.opened).toEqual([]);
    });

    it.each([
      { 'if-none-match': '"abcd"' },
      { 'if-none-match': 'abc' },
      { 'if-none-match': '"x"', 'if-modified-since': 'Mon, 04 May 2026 03:02:01 GMT' },
      { 'if-modified-since': 'Mon, 04 May 2026 03:02:00 GMT' },
      { 'if-modified-since': 'not a date' },
      { 'if-match': '*' },
      { 'if-match': '"x", "abc"' },
      { 'if-unmodified-since': 'Mon, 04 May 2026 03:02:01 GMT' },
      { 'if-unmodified-since': 'not a date' },
      { 'if-match': '"abc"', 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' },
    ])('gives the bytes to %j', async (headers) => {
      expect(await ask(headers)).toMatchObject({ status: 200, body: BODY });
    });

    it.each([
      { 'if-match': '"x"' },
      { 'if-match': 'W/"abc"' },
      { 'if-unmodified-since': 'Mon, 04 May 2026 03:02:00 GMT' },
    ])('says 412 to %j, not to be kept', async (headers) => {
      const answer = await ask(headers);
      expect(answer).toMatchObject({ status: 412, body: '', headers: { 'cache-control': 'no-store' } });
      expect(answer.headers).not.toHaveProperty('etag');
    });
  });

  describe('ranges', () => {
    it.each([
      ['bytes=0-0', '0-0', '0'],
      ['bytes=2-5', '2-5', '2345'],
      ['bytes=2-', '2-9', '23456789'],
      ['bytes=0-', '0-9', BODY],
      ['bytes=8-100', '8-9', '89'],
      ['bytes=0-99999999999999999999999', '0-9', BODY],
      ['bytes=-3', '7-9', '789'],
      ['bytes=-10', '0-9', BODY],
      ['bytes=-11', '0-9', BODY],
      ['bytes=-99999999999999999999999', '0-9', BODY],
      ['Bytes=1-2', '1-2', '12'],
      ['bytes=1-2,50-60', '1-2', '12'],
    ])('gives %s', async (range, expected, body) => {
      const answer = await ask({ range });
      expect([answer.status, answer.body]).toEqual([206, body]);
      expect(answer.headers).toMatchObject({
        'content-range': `bytes ${expected}/10`,
        'content-length': String(body.length),
        'content-type': 'image/jpeg',
        etag: '"abc"',
        'x-content-type-options': 'nosniff',
      });
      await allClosed();
    });

    it.each(['bytes=10-', 'bytes=10-12', 'bytes=99-100,200-', 'bytes=-0', 'bytes=9999999999999999999999-'])(
      'says 416 to %s, and how long the object is',
      async (range) => {
        const answer = await ask({ range });
        expect([answer.status, answer.body]).toEqual([416, '']);
        expect(answer.headers).toMatchObject({
          'content-range': 'bytes */10',
          'content-length': '0',
          'cache-control': 'no-store',
        });
        expect(store.opened).toEqual([]);
      },
    );

    it.each([
      'bytes=0-1,3-4',
      'bytes=0-0,0-0',
      'items=0-1',
      'items=99-',
      'bytes',
      'bytes=',
      'bytes=a-b',
      'bytes=-',
      '0-1',
    ])('gives the whole to %s', async (range) => {
      const answer = await ask({ range });
      expect([answer.status, answer.body]).toEqual([200, BODY]);
      expect(answer.headers).not.toHaveProperty('content-range');
    });

    it('gives a range to If-Range with the ETag, and else the whole', async () => {
      const range = 'bytes=1-2';
      expect(await ask({ range, 'if-range': '"abc"' })).toMatchObject({ status: 206, body: '12' });
      const others = ['"old"', 'W/"abc"', 'Mon, 04 May 2026 03:02:01 GMT'];
      for (const ifRange of others) {
        expect(await ask({ range, 'if-range': ifRange })).toMatchObject({ status: 200, body: BODY });
      }
      expect(await ask({ range: 'bytes=10-', 'if-range': '"old"' })).toMatchObject({ status: 200 });
    });
  });

  describe('attachments', () => {
    it.each([
      'IMG_0001.HEIC',
      '日本語の写真.jpg',
      '😀🏳️‍🌈.png',
      'a "quoted" \\ name; filename=x.exe.jpg',
      '100%41.jpg',
      'tab\tnew\r\nSet-Cookie: a=b.jpg',
      'x'.repeat(255),
      `${'あ'.repeat(83)}.jpeg`,
      ' ',
      '',
    ])('are saved as %j', async (attachment) => {
      media = { ...media, attachment };
      const { status, headers } = await ask();
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('set-cookie');
      const header = headers['content-disposition'] ?? '';
      expect(header).toMatch(/^attachment; [\x20-\x7e]*$/);
      const { type, parameters } = parseDisposition(header);
      expect([type, parameters['filename']]).toEqual(['attachment', attachment]);
    });

    it('are saved where the name is not well-formed', async () => {
      media = { ...media, attachment: 'half \ud83d.jpg' };
      const { headers } = await ask();
      expect(parseDisposition(headers['content-disposition'] ?? '').parameters['filename']).toBe(
        'half \ufffd.jpg',
      );
    });
  });

  describe('what goes wrong before the answer', () => {
    it.each(['GET', 'HEAD'])('is left to the caller of %s, with no header set', async (method) => {
      media = { ...media, key: 'photos/u1/gone.jpg', attachment: 'a.jpg' };
      const missing = await ask({}, method);
      expect(missing.status).toBe(404);
      await rename(join(folder, 'objects'), join(folder, 'unmounted'));
      const away = await ask({}, method);
      expect(away.status).toBe(503);
      for (const name of ['etag', 'cache-control', 'content-type', 'content-disposition', 'accept-ranges']) {
        expect(missing.headers).not.toHaveProperty(name);
        expect(away.headers).not.toHaveProperty(name);
      }
      expect(outcomes).toEqual([expect.any(ObjectNotFoundError), expect.any(StorageUnavailableError)]);
    });
  });

  describe('what goes wrong in the middle', () => {
    it('a client that goes away closes the file, and that is no error', async () => {
      await putLarge();
      for (let i = 0; i < 5; i += 1) {
        const res = await open();
        await once(res, 'readable');
        res.read(1);
        res.destroy();
      }
      expect(await settled(5)).toEqual(Array(5).fill(undefined));
      await allClosed();
    });

    it('a client that went away before the file was open closes it', async () => {
      await putLarge();
      const departure = Promise.withResolvers<void>();
      store.beforeRead = () => departure.promise;
      const sent = request({ host: '127.0.0.1', port, agent: false }).on('error', () => undefined);
      server.once('request', (req: IncomingMessage) => {
        req.socket.once('close', () => departure.resolve());
        sent.destroy();
      });
      sent.end();
      expect(await settled()).toEqual([undefined]);
      await allClosed();
    });

    it('a client that takes nothing is let go', async () => {
      await putLarge();
      options = { stallMs: 200 };
      const res = await open();
      expect(await settled()).toEqual([undefined]);
      await allClosed();
      res.destroy();
    });

    it('an object that is shorter or longer than its record cuts the connection', async () => {
      for (const sizeBytes of [BODY.length + 1, BODY.length - 1]) {
        media = { ...media, sizeBytes };
        await expect(ask()).rejects.toThrow(/aborted|hang up|reset/i);
      }
      expect(await settled(2)).toEqual([expect.any(Error), expect.any(Error)]);
      await allClosed();
    });

    it('bytes that fail cut the connection, and the error reaches the caller', async () => {
      await putLarge();
      const fault = new Error('the disk failed');
      store.replace = (bytes) => {
        let chunks = 0;
        const failing = new Transform({
          transform(chunk, _encoding, done) {
            chunks += 1;
            done(chunks > 20 ? fault : null, chunk);
          },
        });
        return pipeline(bytes, failing, () => undefined);
      };
      const res = await open();
      expect(res.statusCode).toBe(200);
      await expect(buffer(res)).rejects.toThrow(/aborted|reset/i);
      expect(await settled()).toEqual([fault]);
      await allClosed();
    });
  });
});

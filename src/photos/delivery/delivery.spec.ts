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

/** A store on disk that records the opened streams, and whose reads can be delayed or replaced. */
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
  override discardUnfinished = (olderThanMs: number) => this.disk.discardUnfinished(olderThanMs);
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
  const get = async (headers: RequestOptions['headers'] = {}, method = 'GET') => {
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

    it('sends the bytes and their headers', async () => {
      const { status, headers, body } = await get();
      expect([status, body]).toEqual([200, BODY]);
      expect(headers).toMatchObject(expected);
      expect(headers).not.toHaveProperty('content-disposition');
      expect(headers).not.toHaveProperty('content-range');
      expect(await settled()).toEqual([undefined]);
    });

    it('sends the same headers for HEAD, without opening the file, and ignores Range', async () => {
      const { status, headers, body } = await get({ range: 'bytes=0-1' }, 'HEAD');
      expect([status, body]).toEqual([200, '']);
      expect(headers).toMatchObject(expected);
      expect(store.opened).toEqual([]);
    });

    it('sends a large object completely and keeps the connection open', async () => {
      await putLarge();
      for (let i = 0; i < 2; i += 1) {
        const res = await fetch(`http://127.0.0.1:${port}/`);
        expect(LARGE.equals(await res.bytes())).toBe(true);
      }
      expect(await settled(2)).toEqual([undefined, undefined]);
      await allClosed();
    });

    it('sends an empty object', async () => {
      await store.put('empty', Buffer.alloc(0));
      media = { ...media, key: 'empty', sizeBytes: 0 };
      const { status, headers, body } = await get({ range: 'bytes=0-' });
      expect([status, headers['content-length'], body]).toEqual([200, '0', '']);
    });

    it('adds no charset to a text type', async () => {
      media = { ...media, contentType: 'text/plain' };
      expect((await get()).headers['content-type']).toBe('text/plain');
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
    ])('sends 304 for %j without reading the object', async (headers) => {
      for (const method of ['GET', 'HEAD']) {
        const response = await get(headers, method);
        expect([response.status, response.body]).toEqual([304, '']);
        expect(response.headers).toMatchObject({ etag: '"abc"', 'cache-control': 'private, max-age=60' });
        expect(response.headers).not.toHaveProperty('content-type');
        expect(response.headers).not.toHaveProperty('content-length');
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
    ])('sends the bytes for %j', async (headers) => {
      expect(await get(headers)).toMatchObject({ status: 200, body: BODY });
    });

    it.each([
      { 'if-match': '"x"' },
      { 'if-match': 'W/"abc"' },
      { 'if-unmodified-since': 'Mon, 04 May 2026 03:02:00 GMT' },
    ])('sends an uncacheable 412 for %j', async (headers) => {
      const response = await get(headers);
      expect(response).toMatchObject({ status: 412, body: '', headers: { 'cache-control': 'no-store' } });
      expect(response.headers).not.toHaveProperty('etag');
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
    ])('sends %s', async (range, expected, body) => {
      const response = await get({ range });
      expect([response.status, response.body]).toEqual([206, body]);
      expect(response.headers).toMatchObject({
        'content-range': `bytes ${expected}/10`,
        'content-length': String(body.length),
        'content-type': 'image/jpeg',
        etag: '"abc"',
        'x-content-type-options': 'nosniff',
      });
      await allClosed();
    });

    it.each(['bytes=10-', 'bytes=10-12', 'bytes=99-100,200-', 'bytes=-0', 'bytes=9999999999999999999999-'])(
      'sends 416 for %s, with the size of the object',
      async (range) => {
        const response = await get({ range });
        expect([response.status, response.body]).toEqual([416, '']);
        expect(response.headers).toMatchObject({
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
    ])('sends the whole object for %s', async (range) => {
      const response = await get({ range });
      expect([response.status, response.body]).toEqual([200, BODY]);
      expect(response.headers).not.toHaveProperty('content-range');
    });

    it('sends a range if If-Range is the ETag, and otherwise the whole object', async () => {
      const range = 'bytes=1-2';
      expect(await get({ range, 'if-range': '"abc"' })).toMatchObject({ status: 206, body: '12' });
      const others = ['"old"', 'W/"abc"', 'Mon, 04 May 2026 03:02:01 GMT'];
      for (const ifRange of others) {
        expect(await get({ range, 'if-range': ifRange })).toMatchObject({ status: 200, body: BODY });
      }
      expect(await get({ range: 'bytes=10-', 'if-range': '"old"' })).toMatchObject({ status: 200 });
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
      const { status, headers } = await get();
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('set-cookie');
      const header = headers['content-disposition'] ?? '';
      expect(header).toMatch(/^attachment; [\x20-\x7e]*$/);
      const { type, parameters } = parseDisposition(header);
      expect([type, parameters['filename']]).toEqual(['attachment', attachment]);
    });

    it('are saved under a corrected name if the name is not well-formed', async () => {
      media = { ...media, attachment: 'half \ud83d.jpg' };
      const { headers } = await get();
      expect(parseDisposition(headers['content-disposition'] ?? '').parameters['filename']).toBe(
        'half \ufffd.jpg',
      );
    });
  });

  describe('before the response', () => {
    it.each(['GET', 'HEAD'])('throws the errors of %s to the caller, with no header set', async (method) => {
      media = { ...media, key: 'photos/u1/gone.jpg', attachment: 'a.jpg' };
      const missing = await get({}, method);
      expect(missing.status).toBe(404);
      await rename(join(folder, 'objects'), join(folder, 'unmounted'));
      const unavailable = await get({}, method);
      expect(unavailable.status).toBe(503);
      for (const name of ['etag', 'cache-control', 'content-type', 'content-disposition', 'accept-ranges']) {
        expect(missing.headers).not.toHaveProperty(name);
        expect(unavailable.headers).not.toHaveProperty(name);
      }
      expect(outcomes).toEqual([expect.any(ObjectNotFoundError), expect.any(StorageUnavailableError)]);
    });
  });

  describe('during the response', () => {
    it('closes the file without an error if the client disconnects', async () => {
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

    it('closes the file if the client disconnects before it is open', async () => {
      await putLarge();
      const disconnected = Promise.withResolvers<void>();
      store.beforeRead = () => disconnected.promise;
      const sent = request({ host: '127.0.0.1', port, agent: false }).on('error', () => undefined);
      server.once('request', (req: IncomingMessage) => {
        req.socket.once('close', () => disconnected.resolve());
        sent.destroy();
      });
      sent.end();
      expect(await settled()).toEqual([undefined]);
      await allClosed();
    });

    it('disconnects a client that reads nothing', async () => {
      await putLarge();
      options = { stallMs: 200 };
      const res = await open();
      expect(await settled()).toEqual([undefined]);
      await allClosed();
      res.destroy();
    });

    it('closes the connection if the object is shorter or longer than recorded', async () => {
      for (const sizeBytes of [BODY.length + 1, BODY.length - 1]) {
        media = { ...media, sizeBytes };
        await expect(get()).rejects.toThrow(/aborted|hang up|reset/i);
      }
      expect(await settled(2)).toEqual([expect.any(Error), expect.any(Error)]);
      await allClosed();
    });

    it('closes the connection and throws the error if reading fails', async () => {
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

import { BUCKET, LocalGcs } from './local-gcs.ts';

const PAGE = 'https://photos.test';
const RESPONSE_HEADERS = ['Content-Type', 'x-goog-content-length-range', 'x-goog-if-generation-match'];

/** What a browser asks and is told; https://cloud.google.com/storage/docs/cross-origin */
describe('pages of another origin', () => {
  let gcs: LocalGcs;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());
  beforeEach(() =>
    gcs.bucket.setCorsConfiguration([
      { origin: [PAGE], method: ['PUT', 'GET'], responseHeader: RESPONSE_HEADERS, maxAgeSeconds: 600 },
      { origin: ['*'], method: ['HEAD'] },
    ]),
  );

  const corsOf = (answer: Response) =>
    Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('access-control-')));
  const preflight = (origin: string, method: string, headers?: string, path = `/${BUCKET}/photo`) =>
    fetch(gcs.server.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        ...(headers && { 'access-control-request-headers': headers }),
      },
    });
  const signed = async (action: 'read' | 'write', expires = Date.now() + 60_000) =>
    (await gcs.bucket.file('photo').getSignedUrl({ version: 'v4', action, expires }))[0];

  it('are told what they may send', async () => {
    const answer = await preflight(PAGE, 'PUT', 'content-type,X-Goog-If-Generation-Match');
    expect(answer.status).toBe(200);
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT,GET',
      'access-control-allow-headers': RESPONSE_HEADERS.join(','),
      'access-control-max-age': '600',
    });
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it.each<[string, string, string, string?]>([
    ['https://elsewhere.test', 'PUT', 'content-type'],
    [PAGE, 'DELETE', 'content-type'],
    [PAGE, 'PUT', 'content-type,x-goog-meta-owner'],
    [PAGE, 'PUT', 'content-type', '/no-such-bucket/photo'],
  ])('are told nothing otherwise: %s %s %s', async (...request) => {
    const answer = await preflight(...request);
    expect([answer.status, corsOf(answer)]).toEqual([200, {}]);
  });

  it('may be any, where the bucket says so, and get the default for how long', async () => {
    expect(corsOf(await preflight('https://anywhere.test', 'HEAD'))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'HEAD',
      'access-control-max-age': '3600',
    });
  });

  it('may read the answer itself, also where it is an error', async () => {
    const headers = { origin: PAGE };
    const allowed = {
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': RESPONSE_HEADERS.join(', '),
    };
    const put = await fetch(await signed('write'), { method: 'PUT', body: 'x', headers });
    expect([put.status, corsOf(put)]).toEqual([200, allowed]);
    const refused = await fetch(`${await signed('read')}0`, { headers });
    expect([refused.status, corsOf(refused)]).toEqual([403, allowed]);
    const stranger = await fetch(await signed('read'), { headers: { origin: 'https://elsewhere.test' } });
    expect([stranger.status, corsOf(stranger)]).toEqual([200, {}]);
    expect(corsOf(await fetch(await signed('read')))).toEqual({});
  });

  it('are told nothing by a bucket without a configuration', async () => {
    await gcs.bucket.setCorsConfiguration([]);
    expect(corsOf(await preflight(PAGE, 'PUT'))).toEqual({});
  });

  it('are let into the JSON API whatever the bucket says', async () => {
    const path = `/storage/v1/b/${BUCKET}/o`;
    const answer = await preflight('https://anywhere.test', 'GET', 'authorization', path);
    expect(corsOf(answer)).toMatchObject({
      'access-control-allow-origin': 'https://anywhere.test',
      'access-control-allow-headers': 'authorization',
    });
  });

  it('go on with a resumable upload only where they were named at its start', async () => {
    const [address] = await gcs.bucket.file('page').createResumableUpload({ origin: PAGE });
    const { pathname, search } = new URL(address);
    expect(corsOf(await preflight(PAGE, 'PUT', 'content-range', pathname + search))).toMatchObject({
      'access-control-allow-origin': PAGE,
    });
    expect(
      corsOf(await preflight('https://elsewhere.test', 'PUT', 'content-range', pathname + search)),
    ).toEqual({});
    const done = await fetch(address, { method: 'PUT', body: 'x', headers: { origin: PAGE } });
    expect([done.status, done.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
  });
});

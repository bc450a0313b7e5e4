import { BUCKET, LocalGcs } from './local-gcs.ts';

const PAGE = 'https://photos.test';
const RESPONSE_HEADERS = ['Content-Type', 'x-goog-content-length-range', 'x-goog-if-generation-match'];

/** The CORS headers that browsers send and receive: https://cloud.google.com/storage/docs/cross-origin */
describe('a page of another origin', () => {
  let gcs: LocalGcs;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());
  beforeEach(() =>
    gcs.bucket.setCorsConfiguration([
      { origin: [PAGE], method: ['PUT', 'GET'], responseHeader: RESPONSE_HEADERS, maxAgeSeconds: 600 },
      { origin: ['*'], method: ['HEAD'] },
    ]),
  );

  const corsOf = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));
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

  it('receives the allowed methods and headers', async () => {
    const response = await preflight(PAGE, 'PUT', 'content-type,X-Goog-If-Generation-Match');
    expect(response.status).toBe(200);
    expect(corsOf(response)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT,GET',
      'access-control-allow-headers': RESPONSE_HEADERS.join(','),
      'access-control-max-age': '600',
    });
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it.each<[string, string, string, string?]>([
    ['https://elsewhere.test', 'PUT', 'content-type'],
    [PAGE, 'DELETE', 'content-type'],
    [PAGE, 'PUT', 'content-type,x-goog-meta-owner'],
    [PAGE, 'PUT', 'content-type', '/no-such-bucket/photo'],
  ])('receives no CORS headers for a request that is not allowed: %s %s %s', async (...request) => {
    const response = await preflight(...request);
    expect([response.status, corsOf(response)]).toEqual([200, {}]);
  });

  it('may have any origin if the bucket allows all, and receives the default max-age', async () => {
    expect(corsOf(await preflight('https://anywhere.test', 'HEAD'))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'HEAD',
      'access-control-max-age': '3600',
    });
  });

  it('can read the response, even if it is an error', async () => {
    const headers = { origin: PAGE };
    const allowed = {
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': RESPONSE_HEADERS.join(', '),
    };
    const put = await fetch(await signed('write'), { method: 'PUT', body: 'x', headers });
    expect([put.status, corsOf(put)]).toEqual([200, allowed]);
    const refused = await fetch(`${await signed('read')}0`, { headers });
    expect([refused.status, corsOf(refused)]).toEqual([403, allowed]);
    const otherOrigin = await fetch(await signed('read'), { headers: { origin: 'https://elsewhere.test' } });
    expect([otherOrigin.status, corsOf(otherOrigin)]).toEqual([200, {}]);
    expect(corsOf(await fetch(await signed('read')))).toEqual({});
  });

  it('receives no CORS headers from a bucket without a configuration', async () => {
    await gcs.bucket.setCorsConfiguration([]);
    expect(corsOf(await preflight(PAGE, 'PUT'))).toEqual({});
  });

  it('can use the JSON API regardless of the bucket configuration', async () => {
    const path = `/storage/v1/b/${BUCKET}/o`;
    const response = await preflight('https://anywhere.test', 'GET', 'authorization', path);
    expect(corsOf(response)).toMatchObject({
      'access-control-allow-origin': 'https://anywhere.test',
      'access-control-allow-headers': 'authorization',
    });
  });

  it('can continue a resumable upload only if it was started with its origin', async () => {
    const [sessionUri] = await gcs.bucket.file('page').createResumableUpload({ origin: PAGE });
    const { pathname, search } = new URL(sessionUri);
    expect(corsOf(await preflight(PAGE, 'PUT', 'content-range', pathname + search))).toMatchObject({
      'access-control-allow-origin': PAGE,
    });
    expect(
      corsOf(await preflight('https://elsewhere.test', 'PUT', 'content-range', pathname + search)),
    ).toEqual({});
    const done = await fetch(sessionUri, { method: 'PUT', body: 'x', headers: { origin: PAGE } });
    expect([done.status, done.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
  });
});

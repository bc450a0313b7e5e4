import { sign } from 'node:crypto';
import type { StorageOptions } from '@google-cloud/storage';
import { BUCKET, LocalGcs, someBytes } from './local-gcs.ts';

/** A server that requires tokens, and the ways in which Google's libraries obtain them. */
describe('a server that requires tokens', () => {
  const environment = { ...process.env };
  let gcs: LocalGcs;
  beforeAll(async () => {
    gcs = await LocalGcs.start({ requireToken: true });
    // Keeps the credentials of the developer out of the test.
    delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
    process.env.HOME = gcs.folder;
    process.env.GCE_METADATA_HOST = new URL(gcs.server.url).host;
  });
  afterAll(async () => {
    process.env = environment;
    await gcs.close();
  });
  beforeEach(() => gcs.server.requests.clear());

  /** Redirects the requests that Google's library sends to Google itself. */
  const fetchImplementation: typeof fetch = (input, init) =>
    fetch((input as URL).href.replace('https://oauth2.googleapis.com', gcs.server.url), init);
  const withToken = (options: StorageOptions = {}) =>
    gcs.client({
      useAuthWithCustomEndpoint: true,
      clientOptions: { transporterOptions: { fetchImplementation } },
      ...options,
    });
  const api = (path: string, init?: RequestInit) => fetch(`${gcs.server.url}${path}`, init);
  const signBlob = (authorization: string, email = gcs.server.serviceAccountKey.client_email) =>
    api(`/v1/projects/-/serviceAccounts/${email}:signBlob`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ payload: Buffer.from('to sign').toString('base64') }),
    });
  const token = async () => {
    const path = '/computeMetadata/v1/instance/service-accounts/default/token';
    const response = await api(path, { headers: { 'metadata-flavor': 'Google' } });
    return `Bearer ${((await response.json()) as { access_token: string }).access_token}`;
  };

  it('rejects requests without a token or with a made-up token', async () => {
    await expect(gcs.bucket.getFiles()).rejects.toMatchObject({
      code: 401,
      errors: [{ reason: 'required' }],
    });
    await expect(gcs.bucket.file('x').save('x', { resumable: false })).rejects.toMatchObject({ code: 401 });
    const response = await api(`/storage/v1/b/${BUCKET}`, { headers: { authorization: 'Bearer made-up' } });
    expect(response.status).toBe(401);
    await expect(response.json()).resolves.toMatchObject({ error: { errors: [{ reason: 'authError' }] } });
  });

  it('issues a token for an assertion that the key has signed', async () => {
    const file = withToken().bucket(BUCKET).file('by-key');
    await file.save('by key', { resumable: false });
    expect((await file.download())[0].toString()).toBe('by key');
    expect(gcs.server.requests.of('oauth.token')).toMatchObject([{ status: 200 }]);
    expect(JSON.stringify(gcs.server.requests.all)).not.toContain('ya29.');
  });

  it('issues no token for an assertion with another issuer, audience or signature', async () => {
    const jwt = (claims: object) => {
      const now = Math.floor(Date.now() / 1000);
      const { client_email, private_key } = gcs.server.serviceAccountKey;
      const all = { iss: client_email, aud: `${gcs.server.url}/token`, iat: now, exp: now + 60, ...claims };
      const parts = [{ alg: 'RS256', typ: 'JWT' }, all].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const signature = sign('RSA-SHA256', Buffer.from(parts.join('.')), private_key);
      return `${parts.join('.')}.${signature.toString('base64url')}`;
    };
    const status = async (assertion: string) => {
      const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      return (await api('/token', { method: 'POST', body: new URLSearchParams({ grant_type, assertion }) }))
        .status;
    };
    expect(await status(jwt({}))).toBe(200);
    expect(await status(jwt({ aud: 'https://elsewhere.test' }))).toBe(400);
    expect(await status(jwt({ iss: 'other@example.test' }))).toBe(400);
    expect(await status(jwt({ exp: Math.floor(Date.now() / 1000) - 60 }))).toBe(400);
    expect(await status(`${jwt({}).slice(0, -10)}AAAAAAAAAA`)).toBe(400);
    expect((await api('/token', { method: 'POST', body: 'grant_type=password' })).status).toBe(400);
  });

  // The client sends a token with resumable uploads only to hosts of its own universe domain.
  it('accepts a JWT of the account instead of a token, also for resumable uploads', async () => {
    const apiEndpoint = gcs.server.url.replace('127.0.0.1', 'localhost');
    const storage = withToken({ apiEndpoint, universeDomain: 'localhost' });
    storage.authClient.jsonContent = { ...gcs.server.serviceAccountKey, universe_domain: 'localhost' };
    const file = storage.bucket(BUCKET).file('by-jwt');
    await file.save(someBytes(600_000), { resumable: true, chunkSize: 262_144 });
    expect((await file.download())[0].equals(someBytes(600_000))).toBe(true);
    expect(gcs.server.requests.of('oauth.token')).toEqual([]);
    expect(gcs.server.requests.of('uploads.put')).toHaveLength(3);
  });

  it('provides a metadata server and signBlob, for a service without a key', async () => {
    const storage = withToken();
    storage.authClient.jsonContent = null;
    const file = storage.bucket(BUCKET).file('keyless');
    await file.save('keyless', { resumable: false });
    const signingEndpoint = `${gcs.server.url}/v1/projects/-/serviceAccounts/`;
    const expires = Date.now() + 60_000;
    const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', expires, signingEndpoint });
    expect(await (await fetch(url)).text()).toBe('keyless');
    expect(gcs.server.requests.of('iam.signBlob')).toMatchObject([{ status: 200 }]);
    expect(gcs.server.requests.of('metadata.get').length).toBeGreaterThan(0);
    expect(await storage.authClient.getProjectId()).toBe('local-project');
  });

  it('signs only for its own account and its own tokens', async () => {
    expect((await signBlob(await token())).status).toBe(200);
    expect((await signBlob('Bearer made-up')).status).toBe(401);
    expect((await signBlob(await token(), 'other@example.test')).status).toBe(404);
  });

  it('sends metadata only to requests with the header Metadata-Flavor', async () => {
    const get = (path: string, headers: Record<string, string> = { 'metadata-flavor': 'Google' }) =>
      api(`/computeMetadata/v1/${path}`, { headers });
    expect((await get('project/project-id', {})).status).toBe(403);
    const project = await get('project/project-id');
    expect([await project.text(), project.headers.get('metadata-flavor')]).toEqual([
      'local-project',
      'Google',
    ]);
    expect((await get('instance/service-accounts/other@example.test/token')).status).toBe(404);
    expect((await get('no/such/thing')).status).toBe(404);
  });

  it('lets a token expire after one hour', async () => {
    let ahead = 0;
    const other = await LocalGcs.start({ requireToken: true, now: () => Date.now() + ahead });
    try {
      const headers = { 'metadata-flavor': 'Google' };
      const path = '/computeMetadata/v1/instance/service-accounts/default/token';
      const { access_token } = (await (await fetch(other.server.url + path, { headers })).json()) as {
        access_token: string;
      };
      const authorization = `Bearer ${access_token}`;
      const status = async () =>
        (await fetch(`${other.server.url}/storage/v1/b/${BUCKET}`, { headers: { authorization } })).status;
      expect(await status()).toBe(200);
      ahead = 3601 * 1000;
      expect(await status()).toBe(401);
    } finally {
      await other.close();
    }
  });
});

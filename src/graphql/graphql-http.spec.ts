import { auditServer } from 'graphql-http';
import { type TestServer, startTestServer } from './testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** https://graphql.github.io/graphql-over-http: MUST is an error, SHOULD a warning, MAY a notice. */
async function audit(headers: Record<string, string>) {
  const audited = await auditServer({
    url: server.url,
    fetchFn: (url: string, init?: RequestInit) => {
      const all = new Headers(init?.headers);
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
      return fetch(url, { ...init, headers: all });
    },
  });
  const named = (wanted: string) => audited.filter(({ status }) => status === wanted).map(({ name }) => name);
  return { ok: named('ok'), notices: named('notice'), warnings: named('warn'), errors: named('error') };
}

describe('GraphQL over HTTP', () => {
  it('is spoken as its specification says', async () => {
    const { ok, warnings, errors } = await audit({ 'Apollo-Require-Preflight': 'true' });
    expect(errors).toEqual([]);
    // The codes of the contract have statuses of their own, whatever a client accepts.
    expect(warnings).toEqual([
      'SHOULD use 200 status code on document parsing failure when accepting application/json',
      'SHOULD use 200 status code on document validation failure when accepting application/json',
      'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
    ]);
    expect(ok.length).toBeGreaterThanOrEqual(58);
  });

  it('is spoken so too where only what a page elsewhere could send is refused', async () => {
    const { ok, errors } = await audit({});
    expect(errors).toEqual([]);
    expect(ok.length).toBeGreaterThanOrEqual(55);
  });
});

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
  const namesOf = (wanted: string) =>
    audited.filter(({ status }) => status === wanted).map(({ name }) => name);
  return {
    ok: namesOf('ok'),
    notices: namesOf('notice'),
    warnings: namesOf('warn'),
    errors: namesOf('error'),
  };
}

describe('GraphQL over HTTP', () => {
  it('conforms to its specification', async () => {
    const { ok, warnings, errors } = await audit({ 'Apollo-Require-Preflight': 'true' });
    expect(errors).toEqual([]);
    // The contract defines the status of each error code, regardless of the Accept header.
    expect(warnings).toEqual([
      'SHOULD use 200 status code on document parsing failure when accepting application/json',
      'SHOULD use 200 status code on document validation failure when accepting application/json',
      'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
    ]);
    expect(ok.length).toBeGreaterThanOrEqual(58);
  });

  it('conforms to its specification when CSRF prevention rejects requests without a preflight header', async () => {
    const { ok, errors } = await audit({});
    expect(errors).toEqual([]);
    expect(ok.length).toBeGreaterThanOrEqual(55);
  });
});

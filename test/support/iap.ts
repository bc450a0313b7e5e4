import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEADER, type TestApp } from './app.ts';
import { forward } from './front.ts';
import { serveOnLoopback } from './loopback.ts';

export interface Iap {
  url: string;
  /** Where people sign in: another origin, as Google's is. */
  accounts: string;
  /** Who is signed in from now on; null is nobody. */
  user: string | null;
  close: () => Promise<void>;
}

/**
 * Google's Identity-Aware Proxy, as a browser meets it: https://cloud.google.com/iap/docs/sessions-howto. Without a session
 * an XMLHttpRequest is answered 401 and all else is sent to where people sign in. No WebSocket passes.
 */
export async function startIap(app: TestApp): Promise<Iap> {
  const accounts = await serveOnLoopback((_req, res) => {
    res.setHeader('content-type', 'text/html').end('<title>Sign in</title>');
  });
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const mode = new URL(req.url ?? '/', app.url).searchParams.get('gcp-iap-mode');
    if (mode === 'CLEAR_LOGIN_COOKIE') iap.user = null;
    if (iap.user !== null) {
      const { headers } = await app.user(iap.user);
      return forward(req, res, app.url, { [HEADER]: headers[HEADER] ?? '' });
    }
    // The rest of a large body is not waited for.
    res.setHeader('connection', 'close');
    if (req.headers['x-requested-with'] === 'XMLHttpRequest') res.writeHead(401);
    else res.writeHead(302, { location: `${accounts.url}/signin` });
    res.end();
  };
  const front = await serveOnLoopback((req, res) => void answer(req, res));
  const iap: Iap = {
    url: front.url,
    accounts: accounts.url,
    user: null,
    close: async () => {
      await Promise.all([front.close(), accounts.close()]);
    },
  };
  return iap;
}

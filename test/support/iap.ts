import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEADER, type TestApp } from './app.ts';
import { forward } from './reverse-proxy.ts';
import { serveOnLoopback } from './loopback.ts';

export interface Iap {
  url: string;
  /** The origin of the sign-in page: another origin than that of the app, as with Google. */
  accounts: string;
  /** The name of the user who is signed in from now on; null if signed out. */
  user: string | null;
  close: () => Promise<void>;
}

/**
 * Simulates Google's Identity-Aware Proxy as a browser sees it: https://cloud.google.com/iap/docs/sessions-howto.
 * Without a session, the response to an XMLHttpRequest is 401 and any other request is redirected to the sign-in
 * page. Does not forward WebSockets.
 */
export async function startIap(app: TestApp): Promise<Iap> {
  const accounts = await serveOnLoopback((_req, res) => {
    res.setHeader('content-type', 'text/html').end('<title>Sign in</title>');
  });
  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    const mode = new URL(req.url ?? '/', app.url).searchParams.get('gcp-iap-mode');
    if (mode === 'CLEAR_LOGIN_COOKIE') iap.user = null;
    if (iap.user !== null) {
      const { headers } = await app.user(iap.user);
      return forward(req, res, app.url, { [HEADER]: headers[HEADER] ?? '' });
    }
    // Closes the connection so that the rest of a large body is not read.
    res.setHeader('connection', 'close');
    if (req.headers['x-requested-with'] === 'XMLHttpRequest') res.writeHead(401);
    else res.writeHead(302, { location: `${accounts.url}/signin` });
    res.end();
  };
  const loopback = await serveOnLoopback((req, res) => void handle(req, res));
  const iap: Iap = {
    url: loopback.url,
    accounts: accounts.url,
    user: null,
    close: async () => {
      await Promise.all([loopback.close(), accounts.close()]);
    },
  };
  return iap;
}

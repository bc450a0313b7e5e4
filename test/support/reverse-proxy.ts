import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { type Loopback, serveOnLoopback } from './loopback.ts';

export interface ReverseProxy extends Loopback {
  /** The paths of all requests so far, with their query strings. */
  requestedPaths: string[];
  /** Paths that the proxy handles itself instead of forwarding them. */
  handlers: Map<string, (res: ServerResponse) => void>;
}

/**
 * Starts a reverse proxy that adds headers to every request, such as a user's assertion. Does not forward
 * WebSockets.
 */
export async function startReverseProxy(
  target: string,
  headers: Record<string, string> = {},
): Promise<ReverseProxy> {
  const requestedPaths: string[] = [];
  const handlers: ReverseProxy['handlers'] = new Map();
  const loopback = await serveOnLoopback((req, res) => {
    const path = req.url ?? '/';
    requestedPaths.push(path);
    const handle = handlers.get(path);
    if (handle) handle(res);
    else forward(req, res, target, headers);
  });
  return { ...loopback, requestedPaths, handlers };
}

/** Forwards a request to `target` with additional headers, and its response to the client. */
export function forward(
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  headers: Record<string, string>,
): void {
  const onward = httpRequest(new URL(req.url ?? '/', target), {
    method: req.method,
    headers: { ...req.headers, ...headers },
  });
  onward.on('response', (response) => {
    res.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(res);
  });
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}

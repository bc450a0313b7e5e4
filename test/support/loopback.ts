import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';

export interface Loopback {
  /** http://127.0.0.1:PORT, without a trailing slash. */
  url: string;
  port: number;
  /** Stops the server and closes every connection. A second call does nothing. */
  close: () => Promise<void>;
}

/** Starts an HTTP server on a free port of 127.0.0.1. */
export async function serveOnLoopback(listener: RequestListener): Promise<Loopback> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const { port } = address;
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, port, close };
}

/** A port of 127.0.0.1 that is free at this moment. */
export async function freePort(): Promise<number> {
  const { port, close } = await serveOnLoopback(() => undefined);
  await close();
  return port;
}

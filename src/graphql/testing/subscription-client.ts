import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';
import type { TestServer } from './server.ts';

export interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

const parseMessage: (text: string) => Message = JSON.parse;

/** Client that sends single protocol messages, so that it can also violate the protocol. */
export class Client {
  readonly #messages: Message[] = [];
  readonly #socket: WebSocket;
  readonly closed: Promise<[code: number, reason: string]>;

  constructor(url: string, headers: Record<string, string>, protocol = 'graphql-transport-ws') {
    this.#socket = new WebSocket(url.replace('http', 'ws'), protocol, { headers });
    this.#socket.on('message', (data: RawData) => {
      if (Buffer.isBuffer(data)) this.#messages.push(parseMessage(data.toString()));
    });
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', (code, reason) => resolve([code, reason.toString()]));
    });
  }

  async opened(): Promise<this> {
    await once(this.#socket, 'open');
    return this;
  }

  send(message: Message | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits for the next message. Returns undefined if none arrives within `waitMs` milliseconds. */
  async receive(waitMs = 20_000): Promise<Message | undefined> {
    for (const end = Date.now() + waitMs; Date.now() < end && this.#messages.length === 0;) await sleep(5);
    return this.#messages.shift();
  }

  subscribe(query: string, variables?: object, id = '1'): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** Stops reading from the socket, so that messages accumulate on the server. */
  stopReading(): void {
    this.#socket.pause();
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    await this.closed;
  }
}

const clients: Client[] = [];

export function connect(
  sub: string,
  { url }: Pick<TestServer, 'url'>,
  headers: Record<string, string> = {},
  protocol?: string,
): Client {
  const client = new Client(url, { 'X-Test-User': sub, ...headers }, protocol);
  clients.push(client);
  return client;
}

/** Opens a connection and waits until the server has acknowledged it. */
export async function openConnection(sub: string, server: Pick<TestServer, 'url'>): Promise<Client> {
  const client = await connect(sub, server).opened();
  client.send({ type: 'connection_init' });
  const message = await client.receive();
  if (message?.type !== 'connection_ack') throw new Error(`Not acknowledged: ${JSON.stringify(message)}`);
  return client;
}

export async function closeAll(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
}

/** Requests an upgrade that the server must reject, and returns the status and body of the response. */
export async function rejectedUpgrade(
  { url }: Pick<TestServer, 'url'>,
  path: string,
  headers: Record<string, string>,
) {
  const handshake = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
  };
  const req = request(new URL(path, url), { headers: { ...handshake, ...headers } });
  req.end();
  const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, Message]>();
  req.on('error', reject);
  req.on('upgrade', () => reject(new Error('The server accepted the upgrade.')));
  req.on('response', (res) => void text(res).then((body) => resolve([res.statusCode, parseMessage(body)])));
  return promise;
}

export const CHANGED = 'subscription { changed { ids } }';

/** Error message that a rejected subscription receives. */
export function errorMessage(code: string, message: unknown = expect.any(String)) {
  const extensions = { code, requestId: expect.stringMatching(/^[\w-]{36}$/) };
  return { type: 'error', id: '1', payload: [expect.objectContaining({ message, extensions })] };
}

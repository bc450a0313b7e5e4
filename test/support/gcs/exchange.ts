import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GcsError, invalid } from './errors.ts';
import type { Fault, Faults } from './faults.ts';
import { headerBytes, parseJsonObject, splitTarget } from './wire.ts';

/** The connection is gone, by the client's doing or by a fault's: there is nobody to answer. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost';
}

export type Headers = Record<string, string | number | string[] | undefined>;

/** The API whose way of saying things an answer follows; media is the JSON API's, of bytes. */
export type Style = 'json' | 'media' | 'xml';

const MAX_JSON_BYTES = 1024 ** 2;

interface ExchangeParts {
  style: Style;
  fault: Fault | null;
  faults: Faults;
  entry: { status: number | null };
}

/** One request and its answer, with the fault that is to befall them. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  /** As it was sent. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly style: Style;
  readonly fault: Fault | null;
  readonly #faults: Faults;
  readonly #response: ServerResponse;
  /** Of the log. */
  readonly #entry: { status: number | null };
  // The request lets go of its socket once it was answered.
  readonly #socket: Socket;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { style, fault, faults, entry }: ExchangeParts,
  ) {
    this.#entry = entry;
    this.#faults = faults;
    this.request = request;
    this.#response = response;
    this.#socket = request.socket;
    this.method = request.method ?? '';
    const { rawPath, query } = splitTarget(request);
    this.rawPath = rawPath;
    this.query = query;
    this.style = style;
    this.fault = fault;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  }

  /** Where the client found this server, for the addresses in answers. */
  get baseUrl(): string {
    return `http://${this.header('host') ?? '127.0.0.1'}`;
  }

  /** The checksum to tell. */
  crc32c(value: string): string {
    if (!this.fault || !('wrongCrc32c' in this.fault)) return value;
    const bytes = Buffer.from(value, 'base64');
    bytes[0]! ^= 0xff;
    return bytes.toString('base64');
  }

  /** The request's bytes, as they come. @throws ConnectionLost */
  async *body(): AsyncGenerator<Buffer> {
    const failAt = this.method === 'GET' ? null : this.#failingByte;
    try {
      yield* withFault(this.request as AsyncIterable<Buffer>, failAt, () => this.fail());
    } catch (error) {
      if (this.request.destroyed && !this.request.complete) throw new ConnectionLost();
      throw error;
    }
  }

  /** The request's body as a JSON object; an empty body is an empty object. @throws GcsError 400 */
  async readJson(): Promise<Record<string, unknown>> {
    const text = await this.readText();
    return text === '' ? {} : parseJsonObject(text);
  }

  async readText(): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.body()) {
      size += chunk.length;
      if (size > MAX_JSON_BYTES) throw invalid('Request body is too large.', 'uploadTooLarge');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  /** Sets headers that go with whatever the answer will be. */
  announce(headers: Headers): void {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined)
        this.#response.setHeader(name, typeof value === 'string' ? headerBytes(value) : value);
  }

  async send(status: number, headers: Headers, body: string | Buffer = ''): Promise<void> {
    if (this.fault && 'loseAnswer' in this.fault) return this.reset();
    if (this.#response.destroyed) throw new ConnectionLost();
    const bodiless = status === 204 || status === 304;
    const length = headers['content-length'] ?? Buffer.byteLength(body);
    if (this.method === 'GET' && this.#failingByte !== null)
      return this.stream(status, { ...headers, 'content-length': length }, [Buffer.from(body)]);
    this.announce(bodiless ? headers : { ...headers, 'content-length': length });
    this.#begin(status);
    this.#response.end(this.method === 'HEAD' || bodiless ? undefined : body);
  }

  async sendJson(status: number, value: unknown): Promise<void> {
    const type = 'application/json; charset=UTF-8';
    await this.send(status, { 'content-type': type, 'cache-control': 'no-cache' }, JSON.stringify(value));
  }

  async sendError(error: GcsError): Promise<void> {
    const { status, headers } = error;
    if (status === 304) return this.send(status, headers);
    if (error.plain || this.style === 'media')
      return this.send(status, { ...headers, 'content-type': 'text/html; charset=UTF-8' }, error.message);
    if (this.style === 'json')
      return this.send(
        status,
        { ...headers, 'content-type': 'application/json; charset=UTF-8' },
        JSON.stringify(error.toJson()),
      );
    return this.send(status, { ...headers, 'content-type': 'application/xml; charset=UTF-8' }, error.toXml());
  }

  /** Sends bytes as fast as the client takes them; they are read no further when it goes. @throws ConnectionLost */
  async stream(status: number, headers: Headers, bytes: AsyncIterable<Buffer> | Buffer[]): Promise<void> {
    const failAt = this.method === 'GET' ? this.#failingByte : null;
    if (failAt === 0) await this.fail();
    this.announce(headers);
    // Bytes that are all there before the reset leave a connection that the next request must not be sent on.
    if (this.fault && 'reset' in this.fault) this.announce({ connection: 'close' });
    this.#begin(status);
    for await (const chunk of withFault(bytes, failAt || null, () => this.fail())) await this.#pass(chunk);
    this.#response.end();
  }

  async #pass(bytes: Buffer): Promise<void> {
    if (!this.fault || !('trickle' in this.fault)) return this.#write(bytes);
    for (let at = 0; at < bytes.length; at++) {
      await this.#write(bytes.subarray(at, at + 1));
      await sleep(this.fault.trickle);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#response.destroyed) throw new ConnectionLost();
    if (bytes.length === 0 || this.#response.write(bytes)) return;
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      await Promise.race([
        once(this.#response, 'drain', { signal }),
        once(this.#response, 'close', { signal }),
      ]);
    } finally {
      waiting.abort();
    }
  }

  /** After how many bytes of the body the connection fails; null where it does not. */
  get #failingByte(): number | null {
    if (!this.fault) return null;
    if ('reset' in this.fault) return this.fault.reset;
    return 'stall' in this.fault ? this.fault.stall : null;
  }

  /** A fault of the connection, and a request that has no body for it to befall. */
  get failsAtOnce(): boolean {
    const { headers } = this.request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    return this.method !== 'GET' && this.#failingByte !== null && !hasBody;
  }

  /** Resets or stalls the connection, as the fault says. @throws ConnectionLost unless a stall is over */
  async fail(): Promise<void> {
    if (this.fault && 'stall' in this.fault) {
      const { ms } = this.fault;
      const gone = new AbortController();
      this.#socket.once('close', () => gone.abort());
      if (this.#socket.destroyed) throw new ConnectionLost();
      try {
        // Without an end of its own the stall is the client's to end.
        await this.#faults.stall(ms ?? 2 ** 31 - 1, gone.signal);
        return;
      } catch {
        throw new ConnectionLost();
      }
    }
    await this.reset();
  }

  /** @throws ConnectionLost always */
  async reset(): Promise<never> {
    // What was written has to leave first, so that the client sees so many bytes and then the reset.
    if (this.#response.headersSent) await sleep(20);
    this.#socket.resetAndDestroy();
    throw new ConnectionLost();
  }

  get lost(): boolean {
    return this.#socket.destroyed;
  }

  /** Of the answer; null until it has begun. */
  get status(): number | null {
    return this.#entry.status;
  }

  #begin(status: number): void {
    // Before the client can have it, so that a test that has its answer finds the status in the log.
    this.#entry.status = status;
    this.#response.writeHead(status);
  }
}

/** The bytes, with `fail` called after so many of them or at their end; where it returns they go on. */
async function* withFault(
  bytes: AsyncIterable<Buffer> | Buffer[],
  failAt: number | null,
  fail: () => Promise<void>,
): AsyncGenerator<Buffer> {
  let left = failAt;
  for await (const chunk of bytes) {
    if (left !== null && chunk.length > left) {
      yield chunk.subarray(0, left);
      await fail();
      yield chunk.subarray(left);
      left = null;
    } else {
      yield chunk;
      if (left !== null) left -= chunk.length;
    }
  }
  if (left !== null) await fail();
}

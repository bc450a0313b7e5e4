import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GcsError, invalid } from './errors.ts';
import type { Fault, Faults } from './faults.ts';
import { headerBytes, parseJsonObject, splitTarget } from './wire.ts';

/** The connection was closed by the client or by a fault, so that no response can be sent. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost';
}

export type Headers = Record<string, string | number | string[] | undefined>;

/** The format of a response: that of the JSON API, of the bytes of an object in the JSON API, or of the XML API. */
export type Style = 'json' | 'media' | 'xml';

const MAX_JSON_BYTES = 1024 ** 2;

interface ExchangeParts {
  style: Style;
  fault: Fault | null;
  faults: Faults;
  entry: { status: number | null };
}

/** One request and its response, with the fault that is to be simulated. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  /** The path as it was sent, without decoding. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly style: Style;
  readonly fault: Fault | null;
  readonly #faults: Faults;
  readonly #response: ServerResponse;
  /** The entry of this request in the log. */
  readonly #entry: { status: number | null };
  // A separate reference, because the request has no socket any more after the response was sent.
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

  /** The base of URLs in responses: the address under which the client reaches this server. */
  get baseUrl(): string {
    return `http://${this.header('host') ?? '127.0.0.1'}`;
  }

  /** Returns the checksum to send to the client, which a fault can make wrong. */
  crc32c(value: string): string {
    if (!this.fault || !('wrongCrc32c' in this.fault)) return value;
    const bytes = Buffer.from(value, 'base64');
    bytes[0]! ^= 0xff;
    return bytes.toString('base64');
  }

  /**
   * Yields the bytes of the request body as they arrive.
   * @throws ConnectionLost
   */
  async *body(): AsyncGenerator<Buffer> {
    const failAt = this.method === 'GET' ? null : this.#failingByte;
    try {
      yield* withFault(this.request as AsyncIterable<Buffer>, failAt, () => this.fail());
    } catch (error) {
      if (this.request.destroyed && !this.request.complete) throw new ConnectionLost();
      throw error;
    }
  }

  /**
   * Reads the request body as a JSON object. An empty body is an empty object.
   * @throws GcsError 400 if the body is not a JSON object
   */
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

  /** Sets headers of the response, whether or not it will be an error. */
  setHeaders(headers: Headers): void {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined)
        this.#response.setHeader(name, typeof value === 'string' ? headerBytes(value) : value);
  }

  async send(status: number, headers: Headers, body: string | Buffer = ''): Promise<void> {
    if (this.fault && 'loseResponse' in this.fault) return this.reset();
    if (this.#response.destroyed) throw new ConnectionLost();
    const bodiless = status === 204 || status === 304;
    const length = headers['content-length'] ?? Buffer.byteLength(body);
    if (this.method === 'GET' && this.#failingByte !== null)
      return this.stream(status, { ...headers, 'content-length': length }, [Buffer.from(body)]);
    this.setHeaders(bodiless ? headers : { ...headers, 'content-length': length });
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

  /**
   * Sends bytes as fast as the client accepts them, and stops reading them when it disconnects.
   * @throws ConnectionLost
   */
  async stream(status: number, headers: Headers, bytes: AsyncIterable<Buffer> | Buffer[]): Promise<void> {
    const failAt = this.method === 'GET' ? this.#failingByte : null;
    if (failAt === 0) await this.fail();
    this.setHeaders(headers);
    // If the client receives all bytes before the reset, it must not reuse the connection for another request.
    if (this.fault && 'reset' in this.fault) this.setHeaders({ connection: 'close' });
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

  /** The number of bytes of the body after which the connection fails, or `null` if it does not fail. */
  get #failingByte(): number | null {
    if (!this.fault) return null;
    if ('reset' in this.fault) return this.fault.reset;
    return 'stall' in this.fault ? this.fault.stall : null;
  }

  /** True if the connection has to fail immediately, because the request has no body in which it could fail. */
  get failsAtOnce(): boolean {
    const { headers } = this.request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    return this.method !== 'GET' && this.#failingByte !== null && !hasBody;
  }

  /**
   * Resets or stalls the connection, depending on the fault. Returns only after a stall has ended.
   * @throws ConnectionLost
   */
  async fail(): Promise<void> {
    if (this.fault && 'stall' in this.fault) {
      const { ms } = this.fault;
      const gone = new AbortController();
      this.#socket.once('close', () => gone.abort());
      if (this.#socket.destroyed) throw new ConnectionLost();
      try {
        // A stall without a duration lasts until the client closes the connection.
        await this.#faults.stall(ms ?? 2 ** 31 - 1, gone.signal);
        return;
      } catch {
        throw new ConnectionLost();
      }
    }
    await this.reset();
  }

  /**
   * Resets the connection.
   * @throws ConnectionLost always
   */
  async reset(): Promise<never> {
    // Waits until the written bytes are sent, so that the client receives them before the reset.
    if (this.#response.headersSent) await sleep(20);
    this.#socket.resetAndDestroy();
    throw new ConnectionLost();
  }

  get lost(): boolean {
    return this.#socket.destroyed;
  }

  /** The status of the response, or `null` until it starts. */
  get status(): number | null {
    return this.#entry.status;
  }

  #begin(status: number): void {
    // Set before the client receives it, so that a test finds the status in the log as soon as it has the response.
    this.#entry.status = status;
    this.#response.writeHead(status);
  }
}

/**
 * Yields the bytes, and calls `fail` after `failAt` bytes, or at the end if there are fewer. If `fail` returns, the
 * remaining bytes follow.
 */
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

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BucketsApi } from './buckets.ts';
import { corsHeaders, type CrossOriginRequest, jsonCorsHeaders, preflightHeaders } from './cors.ts';
import { errorOfStatus, GcsError, noSuchBucket } from './errors.ts';
import { ConnectionLost, Exchange, type Headers } from './exchange.ts';
import { Faults } from './faults.ts';
import { AccessTokens, ServiceAccount, type ServiceAccountKey } from './identity.ts';
import { IdentityEndpoints } from './identity-endpoints.ts';
import { ObjectsApi } from './objects.ts';
import type { Bucket } from './records.ts';
import { RequestLog } from './request-log.ts';
import { ResumableUploads } from './resumable.ts';
import { type Apis, findRoute, isXmlPath } from './routes.ts';
import { Store } from './store.ts';
import { UploadsApi } from './uploads.ts';
import { decode, splitTarget } from './wire.ts';
import { XmlApi } from './xml.ts';

export interface GcsServerOptions {
  /** The folder that contains all data. It is created if it is missing; existing data is reused. */
  folder: string;
  host?: string;
  /** The default 0 chooses a free port. */
  port?: number;
  /** Buckets to create if they are missing. */
  buckets?: string[];
  /** Whether the JSON API requires a token. By default, it does not, as clients of emulators expect. */
  requireToken?: boolean;
  /** Returns the time in milliseconds since 1970. */
  now?: () => number;
}

/** A local Google Cloud Storage server with the APIs that object clients use, for one service account. */
export class GcsServer {
  readonly url: string;
  /** Makes requests fail. */
  readonly faults = new Faults();
  /** The received requests. */
  readonly requests = new RequestLog();
  /** The key with which a client signs, for its option `credentials`. */
  readonly serviceAccountKey: ServiceAccountKey;
  /** The path of a file with the same key, for GOOGLE_APPLICATION_CREDENTIALS. */
  readonly keyFile: string;
  /** Errors that led to a response with status 500 without a fault rule. They are bugs in this server. */
  readonly unexpectedErrors: unknown[] = [];
  readonly #http: Server;
  readonly #store: Store;
  readonly #apis: Apis;
  readonly #tokens: AccessTokens;
  readonly #requireToken: boolean;
  readonly #running = new Set<Promise<void>>();

  private constructor(parts: {
    http: Server;
    store: Store;
    apis: Apis;
    tokens: AccessTokens;
    requireToken: boolean;
    url: string;
    keyFile: string;
    key: ServiceAccountKey;
  }) {
    this.#http = parts.http;
    this.#store = parts.store;
    this.#apis = parts.apis;
    this.#tokens = parts.tokens;
    this.#requireToken = parts.requireToken;
    this.url = parts.url;
    this.keyFile = parts.keyFile;
    this.serviceAccountKey = parts.key;
    this.#http.on('request', (request, response) => {
      const running = this.#serve(request, response).finally(() => this.#running.delete(running));
      this.#running.add(running);
    });
  }

  static async start(options: GcsServerOptions): Promise<GcsServer> {
    const { folder, host = '127.0.0.1', port = 0, requireToken = false, now = Date.now } = options;
    const store = await Store.open(folder);
    for (const name of options.buckets ?? []) if (!store.hasBucket(name)) await store.createBucket(name);
    const resumable = await ResumableUploads.open(store);
    const account = await ServiceAccount.open(folder);
    const tokens = new AccessTokens(account, now);
    const apis: Apis = {
      buckets: new BucketsApi(store),
      objects: new ObjectsApi(store),
      uploads: new UploadsApi(store, resumable),
      resumable,
      xml: new XmlApi({ store, resumable, account, tokens, now }),
      identity: new IdentityEndpoints(account, tokens),
    };
    const http = createServer();
    http.listen(port, host);
    await once(http, 'listening');
    const name = host.includes(':') ? `[${host}]` : host;
    const url = `http://${name}:${(http.address() as AddressInfo).port}`;
    const keyFile = await account.writeKeyFile(folder, url);
    return new GcsServer({
      http,
      store,
      apis,
      tokens,
      requireToken,
      url,
      keyFile,
      key: account.keyFile(url),
    });
  }

  /** Closes all connections. After the promise resolves, nothing is written to the folder any more. */
  async close(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
    await Promise.all(this.#running);
  }

  /** Creates a bucket or changes its fields, as an administrator does before clients use it. */
  async setBucket(name: string, fields: Partial<Omit<Bucket, 'name'>> = {}): Promise<void> {
    if (this.#store.hasBucket(name)) await this.#store.patchBucket(name, fields);
    else await this.#store.createBucket(name, fields);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { rawPath, query } = splitTarget(request);
    const preflight = request.method === 'OPTIONS';
    const { route, parts } = findRoute(request.method ?? '', rawPath, query);
    const style = isXmlPath(rawPath) ? 'xml' : route.style;
    const operation = preflight ? 'cors.preflight' : route.operation;
    const path = decode(rawPath);
    const entry = this.requests.add(request, path, query, operation);
    const fault = this.faults.take({ method: entry.method, path, operation });
    const exchange = new Exchange(request, response, { style, fault, faults: this.faults, entry });
    try {
      exchange.setHeaders(this.#corsHeaders(exchange, preflight));
      await this.#applyFault(exchange);
      if (preflight) return await exchange.send(200, { 'content-type': 'text/html; charset=UTF-8' });
      if (route.permission !== null && this.#requireToken)
        await this.#tokens.authorize(exchange.header('authorization'), route.permission);
      await route.handle(this.#apis, exchange, parts);
    } catch (error) {
      await this.#sendError(exchange, error);
    }
  }

  async #applyFault(exchange: Exchange): Promise<void> {
    const { fault } = exchange;
    if (!fault) return;
    if ('status' in fault) {
      const wait: Record<string, string> =
        fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      throw errorOfStatus(fault.status, wait);
    }
    if ('bucketGone' in fault) throw noSuchBucket();
    if ('delay' in fault) await sleep(fault.delay);
    if (exchange.failsAtOnce) await exchange.fail();
  }

  async #sendError(exchange: Exchange, error: unknown): Promise<void> {
    if (error instanceof ConnectionLost || exchange.lost) return;
    if (!(error instanceof GcsError)) this.unexpectedErrors.push(error);
    // The response has already started. A reset keeps the client from mistaking it for complete.
    if (exchange.status !== null) return exchange.reset().catch(() => undefined);
    await exchange.sendError(error instanceof GcsError ? error : errorOfStatus(500)).catch(() => undefined);
  }

  #corsHeaders(exchange: Exchange, preflight: boolean): Headers {
    const origin = exchange.header('origin');
    const request: CrossOriginRequest = preflight
      ? {
          origin,
          method: exchange.header('access-control-request-method'),
          headers: exchange.header('access-control-request-headers'),
        }
      : { origin, method: exchange.method };
    if (exchange.style !== 'xml') {
      const id = exchange.query.get('upload_id');
      // An upload that a page has started can only be continued by pages of the same origin.
      const allowed = id === null || this.#apis.resumable.originOf(id) === origin;
      return allowed ? jsonCorsHeaders(request) : {};
    }
    const bucket = decode(exchange.rawPath.split('/')[1] ?? '');
    const rules = this.#store.hasBucket(bucket) ? this.#store.bucket(bucket).cors : undefined;
    return preflight ? preflightHeaders(rules, request) : corsHeaders(rules, request);
  }
}

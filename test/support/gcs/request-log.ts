import type { IncomingMessage } from 'node:http';

/** A request that came, without what would let a reader of it in. */
export interface LoggedRequest {
  method: string;
  /** Decoded, without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The route's name; all are in routes.ts. */
  operation: string;
  /** Null until its answer begins, and for good where it gets none. */
  status: number | null;
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-goog-encryption-key']);
const SECRET_PARAMETERS = new Set(['x-goog-signature', 'signature', 'access_token']);
const HIDDEN = 'hidden';
const KEPT = 10_000;

/** The latest requests, oldest first. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(request: IncomingMessage, path: string, query: URLSearchParams, operation: string): LoggedRequest {
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
      name,
      SECRET_HEADERS.has(name) ? HIDDEN : String(value),
    ]);
    const parameters = [...query].map(([name, value]): [string, string] => [
      name,
      SECRET_PARAMETERS.has(name.toLowerCase()) ? HIDDEN : value,
    ]);
    const entry: LoggedRequest = {
      method: request.method ?? '',
      path,
      query: Object.fromEntries(parameters),
      headers: Object.fromEntries(headers),
      operation,
      status: null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
    return entry;
  }

  get all(): readonly LoggedRequest[] {
    return this.#entries;
  }

  of(operation: string): LoggedRequest[] {
    return this.#entries.filter((entry) => entry.operation === operation);
  }

  clear(): void {
    this.#entries = [];
  }
}

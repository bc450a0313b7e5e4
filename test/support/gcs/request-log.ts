import type { IncomingMessage } from 'node:http';

/** A received request, without its credentials. */
export interface LoggedRequest {
  method: string;
  /** The decoded path, without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The name of an operation in routes.ts. */
  operation: string;
  /** The status of the response, or `null` if the response has not started. */
  status: number | null;
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-goog-encryption-key']);
const SECRET_PARAMETERS = new Set(['x-goog-signature', 'signature', 'access_token']);
const HIDDEN = 'hidden';
const MAX_ENTRIES = 10_000;

/** The most recent requests, in the order of their arrival. */
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
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
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

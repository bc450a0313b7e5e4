import fs from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Client } from 'pg';
import { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

/** Wraps a call. `call` describes it with its paths or its SQL, `run` makes it. */
export type Interceptor = (call: string, run: () => Promise<unknown>) => Promise<unknown>;

const FILE_CALLS = ['link', 'mkdir', 'open', 'rename', 'rm', 'unlink'] as const;

/**
 * Intercepts the calls of node:fs/promises that create, rename and remove files: `link FROM TO`, `unlink PATH`, ...
 */
export function interceptFileCalls(interceptor: Interceptor): void {
  for (const name of FILE_CALLS) {
    const original: (...args: never[]) => Promise<unknown> = fs.promises[name];
    Reflect.set(fs.promises, name, (...args: unknown[]) => {
      const paths = args.filter((arg) => typeof arg === 'string');
      return interceptor([name, ...paths].join(' '), () => Reflect.apply(original, fs.promises, args));
    });
  }
  // For modules that import the functions by name.
  syncBuiltinESMExports();
}

/**
 * Intercepts the statements of DuckDB's client. Each is described by its SQL, a COMMIT also by the statements of
 * its transaction.
 */
export function interceptStatements(interceptor: Interceptor): void {
  const transactions = new WeakMap<object, string[]>();
  const texts = new WeakMap<object, string>();
  const { prototype: connection } = DuckDBConnection;
  const { prototype: statement } = DuckDBPreparedStatement;
  const runText = methodOf(connection, 'run');
  const prepare = methodOf(connection, 'prepare');
  const runPrepared = methodOf(statement, 'run');

  Reflect.set(connection, 'run', function (this: object, sql: string, ...rest: unknown[]) {
    if (sql === 'BEGIN') transactions.set(this, []);
    const statements = sql === 'COMMIT' ? (transactions.get(this) ?? []) : [];
    return interceptor([sql, ...statements].join('; '), () => Reflect.apply(runText, this, [sql, ...rest]));
  });
  Reflect.set(connection, 'prepare', async function (this: object, sql: string) {
    const prepared = await Reflect.apply(prepare, this, [sql]);
    transactions.get(this)?.push(sql);
    texts.set(prepared, sql);
    return prepared;
  });
  Reflect.set(statement, 'run', function (this: object) {
    return interceptor(texts.get(this) ?? '', () => Reflect.apply(runPrepared, this, []));
  });
}

/** Intercepts the statements of PostgreSQL's client, described like those of DuckDB's. */
export function interceptPostgres(interceptor: Interceptor): void {
  const transactions = new WeakMap<object, string[]>();
  const query = methodOf(Client.prototype, 'query');
  Reflect.set(Client.prototype, 'query', function (this: object, first: unknown, ...rest: unknown[]) {
    const run = () => Reflect.apply(query, this, [first, ...rest]);
    if (typeof first !== 'string') return run();
    if (first.startsWith('BEGIN')) transactions.set(this, []);
    else transactions.get(this)?.push(first);
    const isCommit = first === 'COMMIT';
    return interceptor(isCommit ? ['COMMIT', ...(transactions.get(this) ?? [])].join('; ') : first, run);
  });
}

/**
 * Intercepts HTTP requests. Each is described by its method, path and query: `DELETE /storage/v1/b/BUCKET/o/KEY`.
 */
export function interceptRequests(interceptor: Interceptor): void {
  const original = http.request;
  Reflect.set(http, 'request', (url: string | URL, options: http.RequestOptions, ...rest: []) => {
    if (!(url instanceof URL)) return original(url, options, ...rest);
    const sent: http.ClientRequest[] = [];
    // The interceptor makes the request synchronously, unless it kills the process.
    void interceptor(`${options.method ?? 'GET'} ${decodeURIComponent(url.pathname + url.search)}`, () => {
      const request = original(url, options);
      sent.push(request);
      return new Promise((resolve) => request.once('response', resolve));
    });
    return sent[0];
  });
  syncBuiltinESMExports();
}

/** Returns a method of an object, unbound, for Reflect.apply. */
export function methodOf(owner: object, name: string): (...args: unknown[]) => Promise<any> {
  return Reflect.get(owner, name);
}

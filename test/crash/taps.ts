import fs from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

/** Stands around a call: `what` names it and its paths or its SQL, `run` makes it. */
export type Around = (what: string, run: () => Promise<unknown>) => Promise<unknown>;

const FILE_CALLS = ['link', 'mkdir', 'open', 'rename', 'rm', 'unlink'] as const;

/** Puts `around` around the calls of node:fs/promises that make, name and remove files: `link FROM TO`, `unlink PATH`, ... */
export function tapFiles(around: Around): void {
  for (const name of FILE_CALLS) {
    const original: (...args: never[]) => Promise<unknown> = fs.promises[name];
    Reflect.set(fs.promises, name, (...args: unknown[]) => {
      const paths = args.filter((arg) => typeof arg === 'string');
      return around([name, ...paths].join(' '), () => Reflect.apply(original, fs.promises, args));
    });
  }
  // For those that import the functions by name.
  syncBuiltinESMExports();
}

/**
 * Puts `around` around the statements of DuckDB's client, each by its SQL. A COMMIT is followed by the statements of its
 * transaction.
 */
export function tapStatements(around: Around): void {
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
    return around([sql, ...statements].join('; '), () => Reflect.apply(runText, this, [sql, ...rest]));
  });
  Reflect.set(connection, 'prepare', async function (this: object, sql: string) {
    const prepared = await Reflect.apply(prepare, this, [sql]);
    transactions.get(this)?.push(sql);
    texts.set(prepared, sql);
    return prepared;
  });
  Reflect.set(statement, 'run', function (this: object) {
    return around(texts.get(this) ?? '', () => Reflect.apply(runPrepared, this, []));
  });
}

/** Puts `around` around requests, each by its method, its path and its query: `DELETE /storage/v1/b/BUCKET/o/KEY`. */
export function tapRequests(around: Around): void {
  const original = http.request;
  Reflect.set(http, 'request', (url: string | URL, options: http.RequestOptions, ...rest: []) => {
    if (!(url instanceof URL)) return original(url, options, ...rest);
    const sent: http.ClientRequest[] = [];
    // Called at once, unless the process ends here.
    void around(`${options.method ?? 'GET'} ${decodeURIComponent(url.pathname + url.search)}`, () => {
      const request = original(url, options);
      sent.push(request);
      return new Promise((resolve) => request.once('response', resolve));
    });
    return sent[0];
  });
  syncBuiltinESMExports();
}

/** A method without its object, to be called with Reflect.apply. */
export function methodOf(owner: object, name: string): (...args: unknown[]) => Promise<any> {
  return Reflect.get(owner, name);
}

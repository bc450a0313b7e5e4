import { escapeLiteral } from 'pg';
import type { Scope } from '../database.ts';

/** Seeds of the hashes that become keys of advisory locks, so that locks of different purposes do not collide. */
const SCOPE_SEED = 7_205_759;
const MIGRATION_SEED = 7_205_760;

/** First words of statements that a unit of work may run; anything else could end its transaction or change the session. */
const ALLOWED = /^\s*(?:--[^\n]*\n\s*)*(select|with|insert|update|delete|merge|values|create|alter|drop)\b/i;

/**
 * Settings of one transaction. They are local to it, because a transaction pooler may give the next transaction to
 * another session. Times in milliseconds.
 */
function settings(statementMs: number): string {
  return `SET LOCAL statement_timeout = ${statementMs}; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'`;
}

/** Begins a transaction that reads one snapshot and refuses changes. */
export function beginRead(statementMs: number): string {
  return `BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY; ${settings(statementMs)}`;
}

export interface WriteLimits {
  /** For one statement. */
  statementMs: number;
  /** For the scopes, which another process may hold. */
  lockMs: number;
  /** Between two statements; the server then rolls back. */
  idleMs: number;
}

/**
 * Begins a transaction that holds its scopes, in one message. The locks are taken in the order of their keys, so that two
 * transactions never wait for each other; every statement after them sees all that was committed before.
 */
export function beginWrite(scopes: readonly Scope[], { statementMs, lockMs, idleMs }: WriteLimits): string {
  const begin =
    `BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE; ${settings(statementMs)}; ` +
    `SET LOCAL lock_timeout = ${lockMs}; SET LOCAL idle_in_transaction_session_timeout = ${idleMs}`;
  if (scopes.length === 0) return begin;
  const names = scopes.map((scope) => escapeLiteral(scope)).join(', ');
  return (
    `${begin}; SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(scope, ${SCOPE_SEED}) AS key ` +
    `FROM unnest(ARRAY[${names}]) AS scope ORDER BY 1) AS keys`
  );
}

/** Waits for the lock that one process at a time may hold while it migrates. */
export const LOCK_MIGRATIONS = `SELECT pg_advisory_xact_lock(hashtextextended('migrations', ${MIGRATION_SEED}))`;

/** @throws TypeError for a statement that is not allowed in a unit of work. */
export function assertAllowed(sql: string): void {
  if (!ALLOWED.test(sql))
    throw new TypeError('A unit of work runs SELECT, INSERT, UPDATE, DELETE and definitions only.');
}

import { isDate } from 'node:util/types';
import type { CustomTypesConfig } from 'pg';
import type { SqlValue } from '../database.ts';

/** Object IDs of built-in types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const OID = { bool: 16, int8: 20, int2: 21, int4: 23, float4: 700, float8: 701, date: 1082, timestamp: 1114 };
const NUMERIC = 1700;

/** PostgreSQL's timestamps begin on 4714-11-24 BC: https://www.postgresql.org/docs/current/datatype-datetime.html */
const FIRST_MS = Date.UTC(-4712, 0, 1);

/**
 * Parameters as PostgreSQL's text format, whose types the server infers from the statement. A Date becomes a TIMESTAMP in
 * UTC. NUL, which PostgreSQL cannot store, becomes U+FFFD, so that a search for it finds nothing and does not fail.
 * @throws TypeError for a value that SQL cannot represent.
 */
export function toParameters(params: readonly SqlValue[]): (string | null)[] {
  return params.map((value, index) => toParameter(value, index + 1));
}

function toParameter(value: SqlValue, position: number): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && (Number.isSafeInteger(value) || isFraction(value))) return String(value);
  if (isDate(value) && !Number.isNaN(value.getTime())) return toTimestamp(value);
  throw new TypeError(`Parameter $${position} cannot be represented in SQL: ${String(value)}`);
}

function isFraction(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value);
}

function toTimestamp(date: Date): string {
  if (date.getTime() < FIRST_MS) return '-infinity';
  const [, year = '', rest = ''] = /^([+-]?\d+)(-.*)Z$/.exec(date.toISOString()) ?? [];
  // The year 0 of ISO 8601 is 1 BC.
  return Number(year) > 0
    ? `${String(Number(year)).padStart(4, '0')}${rest}`
    : `${String(1 - Number(year)).padStart(4, '0')}${rest} BC`;
}

/** @throws RangeError for a whole number beyond 2^53, which a JavaScript number cannot hold. */
function toWholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`A column holds ${text}, beyond 2^53.`);
  return number;
}

/** @throws RangeError for infinity, and for a year that has no four digits. */
function toDate(text: string): Date {
  // 2024-05-01 09:30:00.123456, with the time zone UTC by agreement.
  const date = new Date(text.length > 10 ? `${text.slice(0, 10)}T${text.slice(11)}Z` : `${text}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) throw new RangeError(`A column holds the time ${text}.`);
  return date;
}

const PARSERS = new Map<number, (text: string) => SqlValue>([
  [OID.bool, (text) => text === 't'],
  [OID.int8, toWholeNumber],
  [OID.int2, Number],
  [OID.int4, Number],
  [OID.float4, Number],
  [OID.float8, Number],
  [OID.date, toDate],
  [OID.timestamp, toDate],
  [NUMERIC, Number],
]);

const asText = (text: string): string => text;

/** How `pg` reads a column: every type that is not listed stays text. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText,
};

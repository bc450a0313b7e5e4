import { DAY_MS } from '../../config/units.ts';
import { isDate } from 'node:util/types';
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntegerVector,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUUIDValue,
  DuckDBVarCharVector,
  timestampValue,
} from '@duckdb/node-api';
import type {
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBType,
  DuckDBValue,
  DuckDBVector,
} from '@duckdb/node-api';
import type { Row, SqlValue } from '../database.ts';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
/** The farthest instant from 1970 that a Date can hold: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const DATE_LIMIT_MS = 8_640_000_000_000_000n;

/**
 * Binds parameters $1, $2, ... by the type of each value: a whole number is an INTEGER or, beyond 32 bits, a BIGINT;
 * any other number is a DOUBLE; a Date is a TIMESTAMP in UTC.
 * @throws TypeError for a value that has no such form, or for too many or too few of them.
 */
export function bind(statement: DuckDBPreparedStatement, params: readonly SqlValue[]): void {
  if (params.length !== statement.parameterCount) {
    throw new TypeError(
      `The statement takes ${statement.parameterCount} parameters and was given ${params.length}.`,
    );
  }
  params.forEach((value, index) => bindOne(statement, index + 1, value));
}

function bindOne(statement: DuckDBPreparedStatement, position: number, value: SqlValue): void {
  if (value === null) {
    statement.bindNull(position);
  } else if (typeof value === 'string') {
    statement.bindVarchar(position, value);
  } else if (typeof value === 'boolean') {
    statement.bindBoolean(position, value);
  } else if (typeof value === 'number' && Number.isSafeInteger(value)) {
    if (value >= INT32_MIN && value <= INT32_MAX) statement.bindInteger(position, value);
    else statement.bindBigInt(position, BigInt(value));
  } else if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) {
    statement.bindDouble(position, value);
  } else if (isDate(value) && !Number.isNaN(value.getTime())) {
    statement.bindTimestamp(position, timestampValue(BigInt(value.getTime()) * 1000n));
  } else {
    throw new TypeError(`Parameter $${position} has no form in SQL: ${String(value)}`);
  }
}

/**
 * The rows of a result by column name.
 * @throws RangeError for a whole number beyond 2^53 or an instant that no Date holds, TypeError for a column of a type
 * that the port does not know.
 */
export function readRows(result: DuckDBMaterializedResult): Row[] {
  const names = result.columnNames();
  const rows: Row[] = [];
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    const [from, count] = [rows.length, chunk.rowCount];
    for (let added = 0; added < count; added++) rows.push({});
    // Column by column: what a value is made with hangs on its column, and is looked up once.
    names.forEach((name, column) => {
      const vector = chunk.getColumnVector(column);
      const read = readerOf(vector, name);
      for (let at = 0; at < count; at++) {
        const row = rows[from + at];
        if (row) row[name] = read(at);
      }
    });
  }
  return rows;
}

function readerOf(vector: DuckDBVector, name: string): (index: number) => SqlValue {
  if (vector instanceof DuckDBVarCharVector || vector instanceof DuckDBIntegerVector)
    return (index) => vector.getItem(index);
  const { type } = vector;
  return (index) => toSqlValue(vector.getItem(index), type, name);
}

function toSqlValue(value: DuckDBValue, type: DuckDBType, column: string): SqlValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  ) {
    return value;
  }
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError(`Column ${column} holds ${value}, beyond 2^53.`);
    return number;
  }
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return toDate(value.micros, column);
  }
  if (value instanceof DuckDBDateValue) return new Date(value.days * DAY_MS);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBUUIDValue) return value.toString();
  throw new TypeError(`Column ${column} is a ${type.toString()}, which is none of the port's types.`);
}

/** Microseconds below a millisecond are cut off, towards the past on both sides of 1970. */
function toDate(micros: bigint, column: string): Date {
  const near = Number(micros);
  if (Number.isSafeInteger(near)) return new Date(Math.floor(near / 1000));
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const ms = (micros - below) / 1000n;
  if (ms > DATE_LIMIT_MS || ms < -DATE_LIMIT_MS)
    throw new RangeError(`Column ${column} holds no instant of a Date.`);
  return new Date(Number(ms));
}

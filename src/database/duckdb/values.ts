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
/**
 * The largest distance from 1970 that a Date can represent: https://tc39.es/ecma262/#sec-time-values-and-time-range
 */
const DATE_LIMIT_MS = 8_640_000_000_000_000n;

/**
 * Binds the parameters $1, $2, ... by the type of each value. An integer is bound as INTEGER, or as BIGINT if it
 * exceeds 32 bits; any other number as DOUBLE; a Date as TIMESTAMP in UTC.
 * @throws TypeError if a value has no SQL equivalent, or the number of parameters is wrong.
 */
export function bind(statement: DuckDBPreparedStatement, params: readonly SqlValue[]): void {
  if (params.length !== statement.parameterCount) {
    throw new TypeError(
      `The statement takes ${statement.parameterCount} parameters, but ${params.length} were given.`,
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
    throw new TypeError(`Parameter $${position} has no SQL equivalent: ${String(value)}`);
  }
}

/**
 * Converts a result to rows, keyed by column name.
 * @throws RangeError for an integer beyond 2^53 - 1, or a timestamp outside the range of Date.
 * @throws TypeError for a column of a type that Database does not support.
 */
export function readRows(result: DuckDBMaterializedResult): Row[] {
  const names = result.columnNames();
  const rows: Row[] = [];
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    const [from, count] = [rows.length, chunk.rowCount];
    for (let added = 0; added < count; added++) rows.push({});
    // Column by column, so that the conversion for the column's type is chosen only once.
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
    if (!Number.isSafeInteger(number))
      throw new RangeError(`Column ${column} contains ${value}, which exceeds 2^53 - 1.`);
    return number;
  }
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return toDate(value.micros, column);
  }
  if (value instanceof DuckDBDateValue) return new Date(value.days * DAY_MS);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBUUIDValue) return value.toString();
  throw new TypeError(`Column ${column} has the type ${type.toString()}, which Database does not support.`);
}

/** Truncates microseconds to milliseconds. Rounds towards the past, also before 1970. */
function toDate(micros: bigint, column: string): Date {
  const near = Number(micros);
  if (Number.isSafeInteger(near)) return new Date(Math.floor(near / 1000));
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const ms = (micros - below) / 1000n;
  if (ms > DATE_LIMIT_MS || ms < -DATE_LIMIT_MS)
    throw new RangeError(`Column ${column} contains a timestamp outside the range of Date.`);
  return new Date(Number(ms));
}

import { isDate } from 'node:util/types';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badUserInput } from './errors.ts';

/** Instant, with the offset from UTC (in minutes) with which it was written. */
export class OffsetDate extends Date {
  constructor(
    epochMs: number,
    readonly offsetMinutes: number,
  ) {
    super(epochMs);
  }

  /** Returns the local time at this offset, as a Date whose UTC fields hold the local time. */
  toLocal(): Date {
    return new Date(this.getTime() + this.offsetMinutes * 60_000);
  }
}

// ISO 8601-1:2019 extended format, to the millisecond. Seconds and their fraction are optional.
const CLOCK = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/** Parses a local time as if it were in UTC. Returns milliseconds, or null if the date or time does not exist. */
function clockMs(clock: string): number | null {
  const ms = Date.parse(`${clock.toUpperCase()}Z`);
  // Date.parse turns 30 February into 1 March, so the result is compared with the input.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 16) !== clock.slice(0, 16).toUpperCase()
    ? null
    : ms;
}

function parseDateTime(value: unknown): OffsetDate {
  const [, clock, zone] = (typeof value === 'string' && CLOCK.exec(value)) || [];
  const ms = clock && zone ? clockMs(clock) : null;
  const offset = zone ? offsetMinutes(zone) : null;
  if (ms === null || offset === null)
    throw badUserInput(
      'DateTime must be in ISO 8601 format with an offset, such as 2024-05-01T09:30:00+09:00.',
    );
  return new OffsetDate(ms - offset * 60_000, offset);
}

function offsetMinutes(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 18 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function parseLocalDateTime(value: unknown): Date {
  const [, clock, zone] = (typeof value === 'string' && CLOCK.exec(value)) || [];
  const ms = clock && !zone ? clockMs(clock) : null;
  if (ms === null)
    throw badUserInput(
      'LocalDateTime must be in ISO 8601 format without an offset, such as 2024-05-01T09:30:00.',
    );
  return new Date(ms);
}

function parseByteSize(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw badUserInput('ByteSize must be a whole number of at most 9007199254740991.');
  return value;
}

function stringOf(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

function asDate(value: unknown): Date {
  if (isDate(value) && !Number.isNaN(value.getTime())) return value;
  throw new TypeError('The value of a time must be a valid Date.');
}

/** Serializes a Date in UTC. Parses to an OffsetDate, which keeps the offset that the client wrote. */
export const DateTime = new GraphQLScalarType<OffsetDate, string>({
  name: 'DateTime',
  description: 'Instant in ISO 8601 format with an offset. Returned in UTC.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => asDate(value).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(stringOf(node)),
});

/** Date whose UTC fields hold a local time without a time zone. Milliseconds are written only if not zero. */
export const LocalDateTime = new GraphQLScalarType<Date, string>({
  name: 'LocalDateTime',
  description: "Time shown by the camera's clock, without a time zone: 2024-05-01T09:30:00.",
  serialize: (value) => {
    const date = asDate(value);
    return date.toISOString().slice(0, date.getUTCMilliseconds() === 0 ? -5 : -1);
  },
  parseValue: parseLocalDateTime,
  parseLiteral: (node) => parseLocalDateTime(stringOf(node)),
});

export const ByteSize = new GraphQLScalarType<number, number>({
  name: 'ByteSize',
  description: 'Whole number of bytes that may exceed 32 bits, as a JSON number.',
  // Negative numbers are checked by the field that uses them, so that one invalid item does not fail its whole batch.
  serialize: (value) => parseByteSize(value),
  parseValue: parseByteSize,
  parseLiteral: (node) => parseByteSize(node.kind === Kind.INT ? Number(node.value) : undefined),
});

/** Any JSON value. Output only, so that no input of unlimited size and depth is accepted. */
export const JsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  parseValue: () => {
    throw badUserInput('JSON is not accepted as input.');
  },
});

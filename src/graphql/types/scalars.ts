import { isDate } from 'node:util/types';
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { badUserInput } from './errors.ts';

/** An instant, with the offset from UTC (minutes) that it was written with. */
export class OffsetDate extends Date {
  constructor(
    epochMs: number,
    readonly offsetMinutes: number,
  ) {
    super(epochMs);
  }

  /** The clock on the wall where it was written: a Date whose UTC fields are that clock's. */
  toLocal(): Date {
    return new Date(this.getTime() + this.offsetMinutes * 60_000);
  }
}

// ISO 8601-1:2019 extended format, to the millisecond; seconds and what follows may be left out.
const CLOCK = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/** Milliseconds of a written clock read as UTC, or null where the calendar has no such moment. */
function clockMs(clock: string): number | null {
  const ms = Date.parse(`${clock.toUpperCase()}Z`);
  // Date.parse rolls 30 February over into March; a clock that does not come back as written does not exist.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 16) !== clock.slice(0, 16).toUpperCase()
    ? null
    : ms;
}

function parseDateTime(value: unknown): OffsetDate {
  const [, clock, zone] = (typeof value === 'string' && CLOCK.exec(value)) || [];
  const ms = clock && zone ? clockMs(clock) : null;
  const offset = zone ? offsetMinutes(zone) : null;
  if (ms === null || offset === null)
    throw badUserInput('DateTime must be ISO-8601 with an offset, such as 2024-05-01T09:30:00+09:00.');
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
    throw badUserInput('LocalDateTime must be ISO-8601 without an offset, such as 2024-05-01T09:30:00.');
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
  throw new TypeError('A time must be a valid Date.');
}

/** Serialises a Date in UTC; parses to an OffsetDate, so that the written offset is not lost. */
export const DateTime = new GraphQLScalarType<OffsetDate, string>({
  name: 'DateTime',
  description: 'An instant, ISO-8601 with offset, answered in UTC.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => asDate(value).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(stringOf(node)),
});

/** A Date whose UTC fields are a clock's, with no zone; milliseconds are written where there are any. */
export const LocalDateTime = new GraphQLScalarType<Date, string>({
  name: 'LocalDateTime',
  description: "What the camera's clock said, with no zone: 2024-05-01T09:30:00.",
  serialize: (value) => {
    const date = asDate(value);
    return date.toISOString().slice(0, date.getUTCMilliseconds() === 0 ? -5 : -1);
  },
  parseValue: parseLocalDateTime,
  parseLiteral: (node) => parseLocalDateTime(stringOf(node)),
});

export const ByteSize = new GraphQLScalarType<number, number>({
  name: 'ByteSize',
  description: 'A whole number of bytes beyond 32 bits, as a JSON number.',
  // What is below zero is for the field to judge: among many, one bad item is refused by itself.
  serialize: (value) => parseByteSize(value),
  parseValue: parseByteSize,
  parseLiteral: (node) => parseByteSize(node.kind === Kind.INT ? Number(node.value) : undefined),
});

/** Any JSON value; an answer only, so there is no input of it to bound. */
export const JsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  parseValue: () => {
    throw badUserInput('JSON is not taken as an input.');
  },
});

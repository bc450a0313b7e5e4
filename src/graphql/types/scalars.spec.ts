import { parseValue } from 'graphql';
import { ByteSize, DateTime, JsonScalar, LocalDateTime, OffsetDate } from './scalars.ts';

describe('DateTime', () => {
  it.each([
    ['2024-05-01T09:30:00+09:00', '2024-05-01T00:30:00.000Z', 540],
    ['2024-05-01T09:30:00Z', '2024-05-01T09:30:00.000Z', 0],
    ['2024-05-01t09:30:00z', '2024-05-01T09:30:00.000Z', 0],
    ['2024-05-01T09:30Z', '2024-05-01T09:30:00.000Z', 0],
    ['2024-05-01T09:30:00.123456789-03:30', '2024-05-01T13:00:00.123Z', -210],
    ['2024-05-01T09:30:00+0545', '2024-05-01T03:45:00.000Z', 345],
    ['2024-02-29T23:59:59+14:00', '2024-02-29T09:59:59.000Z', 840],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z', 0],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', 0],
  ])('parses %s', (written, instant, offsetMinutes) => {
    const parsed = DateTime.parseValue(written);
    expect(parsed).toBeInstanceOf(OffsetDate);
    expect(parsed.toISOString()).toBe(instant);
    expect(parsed.offsetMinutes).toBe(offsetMinutes);
  });

  it('keeps the local time that was written', () => {
    expect(DateTime.parseValue('2024-05-01T01:30:00+09:00').toLocal().toISOString()).toBe(
      '2024-05-01T01:30:00.000Z',
    );
  });

  it.each([
    ['no offset', '2024-05-01T09:30:00'],
    ['no time', '2024-05-01'],
    ['30 February', '2024-02-30T00:00:00Z'],
    ['29 February of a year that is not a leap year', '2023-02-29T00:00:00Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['hour 24', '2024-05-01T24:00:00Z'],
    ['minute 60', '2024-05-01T09:60:00Z'],
    ['second 60', '2024-05-01T09:30:60Z'],
    ['an offset of 19 hours', '2024-05-01T09:30:00+19:00'],
    ['an offset of 60 minutes', '2024-05-01T09:30:00+01:60'],
    ['the name of a time zone', '2024-05-01T09:30:00 Europe/Berlin'],
    ['trailing text', '2024-05-01T09:30:00Z; DROP TABLE photos'],
    ['a trailing line break', '2024-05-01T09:30:00Z\n'],
    ['a year of six digits', '+012024-05-01T09:30:00Z'],
    ['full-width digits', '２０２４-05-01T09:30:00Z'],
    ['the empty string', ''],
    ['a number', 1714555800000],
    ['null', null],
    ['a list', ['2024-05-01T09:30:00Z']],
  ])('rejects %s', (_, written) => {
    expect(() => DateTime.parseValue(written)).toThrow('DateTime must be in ISO 8601 format with an offset');
  });

  it('accepts only string literals in a document', () => {
    expect(DateTime.parseLiteral(parseValue('"2024-05-01T09:30:00Z"')).toISOString()).toBe(
      '2024-05-01T09:30:00.000Z',
    );
    for (const literal of ['1714555800', 'true', 'TODAY', '["2024-05-01T09:30:00Z"]'])
      expect(() => DateTime.parseLiteral(parseValue(literal))).toThrow('DateTime must be');
  });

  it('is serialized in UTC', () => {
    expect(DateTime.serialize(DateTime.parseValue('2024-05-01T01:30:00+09:00'))).toBe(
      '2024-04-30T16:30:00.000Z',
    );
  });

  it.each([['2024-05-01T09:30:00Z'], [0], [new Date(NaN)], [null]])(
    'cannot be serialized from %p',
    (value) => {
      expect(() => DateTime.serialize(value)).toThrow('The value of a time must be a valid Date.');
    },
  );
});

describe('LocalDateTime', () => {
  it.each([
    ['2024-05-01T09:30:00', '2024-05-01T09:30:00'],
    ['2024-05-01T09:30', '2024-05-01T09:30:00'],
    ['2024-05-01T09:30:00.5', '2024-05-01T09:30:00.500'],
    ['2024-05-01T09:30:00.000999', '2024-05-01T09:30:00'],
  ])('parses %s and serializes it as %s', (written, serialized) => {
    expect(LocalDateTime.serialize(LocalDateTime.parseValue(written))).toBe(serialized);
  });

  it.each([
    ['an offset', '2024-05-01T09:30:00+09:00'],
    ['UTC', '2024-05-01T09:30:00Z'],
    ['31 April', '2024-04-31T00:00:00'],
    ['hour 25', '2024-04-30T25:00:00'],
    ['a number', 0],
  ])('rejects %s', (_, written) => {
    expect(() => LocalDateTime.parseValue(written)).toThrow(
      'LocalDateTime must be in ISO 8601 format without an offset',
    );
  });
});

describe('ByteSize', () => {
  it.each([-1, 0, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])('parses and serializes %p', (size) => {
    expect(ByteSize.parseValue(size)).toBe(size);
    expect(ByteSize.parseLiteral(parseValue(String(size)))).toBe(size);
    expect(ByteSize.serialize(size)).toBe(size);
  });

  it.each([0.5, Number.MAX_SAFE_INTEGER + 1, Infinity, NaN, '1', 1n, null, true])('rejects %p', (size) => {
    expect(() => ByteSize.parseValue(size)).toThrow('ByteSize must be a whole number');
    expect(() => ByteSize.serialize(size)).toThrow('ByteSize must be a whole number');
  });

  it.each(['1.5', '1e3', '"1"', '9007199254740993', 'null'])('rejects the literal %s', (literal) => {
    expect(() => ByteSize.parseLiteral(parseValue(literal))).toThrow('ByteSize must be a whole number');
  });
});

describe('JSON', () => {
  it('serializes a value unchanged and rejects it as input', () => {
    const value = { Make: 'Nokia', list: [1, null, { deep: true }] };
    expect(JsonScalar.serialize(value)).toEqual(value);
    expect(() => JsonScalar.parseValue({})).toThrow('JSON is not accepted as input.');
    expect(() => JsonScalar.parseLiteral(parseValue('{a: 1}'))).toThrow('JSON is not accepted as input.');
  });
});

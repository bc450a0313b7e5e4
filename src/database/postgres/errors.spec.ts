import { DatabaseUnavailableError, UniqueViolationError } from '../database.ts';
import { isConflict, isConnectionLost, translate } from './errors.ts';

/** An error of the server, as `pg` reports it. */
const server = (code: string) => Object.assign(new Error('x'), { code, severity: 'ERROR' });
/** An error of the operating system or of Node.js. */
const system = (code: string) => Object.assign(new Error('x'), { code });

it.each([
  ['EPIPE', system('EPIPE')],
  ['ECONNRESET', system('ECONNRESET')],
  ['ECONNREFUSED', system('ECONNREFUSED')],
  ['a destroyed stream', system('ERR_STREAM_DESTROYED')],
  ['an administrator', server('57P01')],
  ['a crash', server('57P02')],
  ['a server that starts', server('57P03')],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a broken client', new Error('Client has encountered a connection error and is not queryable')],
])('reports %s as an outage and a lost connection', (_what, error) => {
  expect(isConnectionLost(error)).toBe(true);
  expect(translate(error)).toBeInstanceOf(DatabaseUnavailableError);
  expect(isConflict(error)).toBe(false);
});

it.each([
  ['too many connections', server('53300')],
  ['a full disk', server('53100')],
  ['a timeout', server('57014')],
  ['a lock that is not available', server('55P03')],
  ['a deadlock', server('40P01')],
  ['a standby', server('25006')],
])('reports %s as an outage', (_what, error) => {
  expect(translate(error)).toBeInstanceOf(DatabaseUnavailableError);
});

it('tells duplicate keys from faults of the program', () => {
  expect(translate(server('23505'))).toBeInstanceOf(UniqueViolationError);
  for (const fault of [server('42601'), server('23502'), server('08P01'), new Error('x'), new TypeError('x')])
    expect(translate(fault)).toBe(fault);
});

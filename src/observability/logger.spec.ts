import { Writable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import { withTimeLimit } from '../../test/support/time-limit.ts';
import type { Config } from '../config/config.ts';
import { serializeError } from './error-serializer.ts';
import { createLogger } from './logger.ts';
import { PinoAuditLog } from './pino-audit-log.ts';
import { loggedPath, redact } from './redact.ts';
import { traceIdOf } from './request-context.ts';

/** Creates a logger with this level. `lines` contains the lines it has written. */
function capture(logLevel: Config['logLevel']) {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { logger: createLogger({ logLevel }, sink), lines };
}

const JWT = 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl';

describe('createLogger', () => {
  it('writes lines at its level and above', () => {
    const { logger, lines } = capture('warn');
    logger.info('quiet');
    logger.warn('loud');
    expect(lines).toEqual([expect.objectContaining({ message: 'loud', level: 'warn', severity: 'WARNING' })]);
  });

  it('removes secrets from every part of a line, which remains valid JSON', () => {
    const { logger, lines } = capture('info');
    logger.info({ a: { deep: `Bearer ${JWT}` }, url: 'https://h/p?sig=12"34' }, `token ${JWT}.`);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/eyJ|sig=|c2lnb/);
    expect(lines[0]).toMatchObject({
      a: { deep: expect.any(String) },
      url: expect.stringContaining('https://h/p?'),
    });
  });
});

describe('redact', () => {
  it.each([
    [JWT, '[token]'],
    ['Authorization: bearer abcdefgh12345', 'Authorization: Bearer [token]'],
    ['postgres://app:hunter2@10.0.0.1:5432/db', 'postgres://[redacted]@10.0.0.1:5432/db'],
    [
      'GET https://storage.googleapis.com/b/o?X-Goog-Signature=aa&x=b failed',
      'GET https://storage.googleapis.com/b/o?[redacted] failed',
    ],
    ['Duplicate key "email: a.b+c@mail.example.com"', 'Duplicate key "email: [email]"'],
    ['"userId":"me@example.com","x":"me@example.com"', '"userId":"me@example.com","x":"[email]"'],
    ['/b/o?a=1&X-Goog-Signature=aa', '/b/o?a=1&X-Goog-Signature=[redacted]'],
  ])('removes the secret from %p', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'sharp@0.35.5',
    'file:///app/node_modules/@nestjs/core/router.js:10:3',
    'What is this? A question.',
    'https://example.com/a/b',
  ])('does not change %p', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(['http://', '://a', 'eyJeyJeyJ.', 'Bearer ', '?sig=', 'a@a.', 'a', 'a.'])(
    'takes linear time for repetitions of %p',
    (part) => {
      // A pattern that scans the rest of the text from each position would take hours.
      const text = part.repeat(2_000_000 / part.length);
      expect(withTimeLimit(() => redact(text))).toEqual(expect.any(String));
    },
  );
});

describe('loggedPath', () => {
  it.each([
    ['/graphql?query=x', '/graphql'],
    ['/uploads/abc', '/uploads/-'],
    ['/Uploads//abc/d?x', '/Uploads//-'],
    ['/media/1/thumbnail?v=hash', '/media/1/thumbnail'],
    [`/${'x'.repeat(300)}`, `/${'x'.repeat(255)}`],
    ['', ''],
  ])('converts %p to %p', (url, expected) => {
    expect(loggedPath(url)).toBe(expected);
  });
});

describe('serializeError', () => {
  it('keeps the type, message, code and causes, and drops other properties', () => {
    const error = Object.assign(
      new RangeError('too far', { cause: new AggregateError([new Error('one')], 'some') }),
      {
        code: 'ENOSPC',
        response: { headers: { authorization: 'x' } },
      },
    );
    const serialized = serializeError(error);
    expect(serialized).toMatchObject({
      type: 'RangeError',
      message: 'too far',
      code: 'ENOSPC',
      cause: { type: 'AggregateError', errors: [{ type: 'Error', message: 'one' }] },
    });
    expect(Object.keys(serialized).toSorted()).toEqual(['cause', 'code', 'message', 'stack', 'type']);
  });

  it('limits depth and length', () => {
    const circular = new Error('x'.repeat(20_000));
    circular.cause = circular;
    expect(JSON.stringify(serializeError(circular)).length).toBeLessThan(100_000);
  });

  it.each([
    ['text', { type: 'string', message: 'text' }],
    [undefined, { type: 'undefined', message: 'undefined' }],
    [null, { type: 'null', message: 'null' }],
    [{ message: { secret: 1 } }, { type: 'Object', message: '[Object]' }],
    [Object.create(null), { type: 'undefined', message: 'undefined' }],
  ])('serializes a thrown %p', (thrown, expected) => {
    expect(serializeError(thrown)).toEqual(expected);
  });
});

describe('traceIdOf', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const other = '105445aa7843bc8bf206b12000100000';
  it.each<[IncomingHttpHeaders, string | undefined]>([
    [{ traceparent: `00-${id}-00f067aa0ba902b7-01` }, id],
    [{ traceparent: `cc-${id}-00f067aa0ba902b7-01-more` }, id],
    [{ traceparent: `ff-${id}-00f067aa0ba902b7-01` }, undefined],
    [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, undefined],
    [{ traceparent: `00-${id.toUpperCase()}-00f067aa0ba902b7-01` }, undefined],
    [{ traceparent: `00-${id}` }, undefined],
    [{ 'x-cloud-trace-context': `${other}/1;o=1` }, other],
    [{ 'x-cloud-trace-context': other.toUpperCase() }, other],
    [{ 'x-cloud-trace-context': `${other}x` }, undefined],
    [{ traceparent: `00-${id}-00f067aa0ba902b7-01`, 'x-cloud-trace-context': `${other}/1` }, id],
    [{ traceparent: 'nonsense', 'x-cloud-trace-context': `${other}/1` }, other],
    [{}, undefined],
  ])('for the headers %p, returns %p', (headers, expected) => {
    expect(traceIdOf(headers)).toBe(expected);
  });
});

describe('PinoAuditLog', () => {
  it.each(['info', 'warn', 'error', 'fatal'] as const)('writes at LOG_LEVEL=%s', (level) => {
    const { logger, lines } = capture(level);
    new PinoAuditLog(logger).record({
      action: 'sign-in',
      outcome: 'refused',
      reason: 'no assertion',
      attempts: 2,
    });
    logger.info('ordinary');
    expect(lines[0]).toMatchObject({
      level: 'info',
      audit: true,
      action: 'sign-in',
      outcome: 'refused',
      reason: 'no assertion',
      attempts: 2,
    });
    expect(lines).toHaveLength(level === 'info' ? 2 : 1);
  });

  it('writes nothing at LOG_LEVEL=silent', () => {
    const { logger, lines } = capture('silent');
    new PinoAuditLog(logger).record({ action: 'sign-in', outcome: 'allowed' });
    expect(lines).toEqual([]);
  });

  it('removes secrets from the path and records the given user', () => {
    const { logger, lines } = capture('info');
    new PinoAuditLog(logger).record({
      action: 'photo.delete',
      outcome: 'refused',
      userId: 'u1',
      path: '/uploads/abc?x=1',
    });
    expect(lines[0]).toMatchObject({ path: '/uploads/-', userId: 'u1' });
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConflictException, Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DatabaseUnavailableError } from '../../database/database.ts';
import { SECRET } from '../testing/resolvers.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';
import { badUserInput, fault } from '../types/errors.ts';
import { sendFault } from '../../http/error-response.ts';

const THROWN: Record<string, () => unknown> = {
  secret: () => new Error(SECRET),
  text: () => SECRET,
  database: () => new DatabaseUnavailableError(SECRET),
  input: () => badUserInput('The ID is invalid.'),
  busy: () => fault('UNAVAILABLE', 'Come back later.', 7),
  missing: () => new NotFoundException(SECRET),
  conflict: () => new ConflictException('It already exists.'),
};

@Controller('thrown')
class ThrowingController {
  @Get(':kind')
  get(@Param('kind') kind: string): never {
    throw THROWN[kind]?.();
  }

  @Get(':kind/late')
  late(@Param('kind') kind: string, @Res() res: Response): never {
    res.write('The first part');
    throw THROWN[kind]?.();
  }

  @Post('unread')
  unread(@Req() req: Request, @Res() res: Response): void {
    sendFault(req, res, 'PAYLOAD_TOO_LARGE', 'Too much.');
  }

  @Get('slow/request')
  async slow(): Promise<void> {
    await sleep(60_000, undefined, { ref: false });
  }
}

let server: TestServer;
let origin: string;
beforeAll(async () => {
  server = await startTestServer({ controllers: [ThrowingController], drainMs: 200 });
  origin = new URL(server.url).origin;
});
afterAll(() => server.close());

async function get(path: string) {
  server.logged();
  const res = await fetch(`${origin}${path}`, { headers: { 'X-Request-Id': 'request-0001' } });
  return { res, status: res.status, text: await res.text() };
}

describe('an error that a controller throws', () => {
  it.each([
    ['secret', 500, 'INTERNAL_SERVER_ERROR', 'Internal server error.', 1],
    ['text', 500, 'INTERNAL_SERVER_ERROR', 'Internal server error.', 1],
    ['unknown', 500, 'INTERNAL_SERVER_ERROR', 'Internal server error.', 0],
    ['database', 503, 'UNAVAILABLE', 'The service is temporarily unavailable. Try again in a moment.', 1],
    ['input', 400, 'BAD_USER_INPUT', 'The ID is invalid.', 0],
    ['busy', 503, 'UNAVAILABLE', 'Come back later.', 0],
  ])('is sent as a GraphQL error (%s)', async (kind, expected, code, message, secrets) => {
    const { res, status, text } = await get(`/thrown/${kind}`);
    expect(status).toBe(expected);
    expect(JSON.parse(text)).toEqual({
      errors: [{ message, extensions: { code, requestId: 'request-0001' } }],
    });
    expect(res.headers.get('retry-after')).toBe(kind === 'busy' ? '7' : null);
    expect(res.headers.get('cache-control')).toBe('no-store');
    const lines = server.logged().filter((line) => JSON.stringify(line).includes('hunter2'));
    expect(lines).toHaveLength(secrets);
  });

  it('is sent with its own message if it is an HTTP exception other than 404', async () => {
    expect(await get('/thrown/conflict')).toMatchObject({
      status: 409,
      text: expect.stringContaining('It already exists.'),
    });
    for (const path of ['/thrown/missing', '/nowhere']) {
      const { status, text } = await get(path);
      expect([status, JSON.parse(text)]).toMatchObject([
        404,
        { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
      ]);
      expect(text).not.toMatch(/SELECT|nowhere/);
    }
  });

  it('closes the connection if the response has already started', async () => {
    await expect(get('/thrown/secret/late')).rejects.toThrow();
    expect(server.logged().filter((line) => JSON.stringify(line).includes('hunter2'))).toHaveLength(1);
  });
});

describe('the body of a rejected request', () => {
  it('is read for a while, so that the client receives the response, and then cut off', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /thrown/unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n');
    const [response]: Buffer[] = await once(socket, 'data');
    expect(response?.toString()).toMatch(/^HTTP\/1.1 413 /);
    let sent = 0;
    while (!socket.destroyed && sent < 500_000_000) {
      sent += 1_000_000;
      const canContinue = socket.write(Buffer.alloc(1_000_000));
      if (!canContinue) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
    }
    expect(sent).toBeGreaterThan(16_000_000);
    expect(sent).toBeLessThan(60_000_000);
    socket.destroy();
  });
});

describe('a request in progress', () => {
  it('is cut off after the drain timeout when the service stops', async () => {
    const stopping = await startTestServer({ controllers: [ThrowingController], drainMs: 200 });
    const slow = fetch(`${new URL(stopping.url).origin}/thrown/slow/request`).catch(() => 'cut off');
    await sleep(50);
    await stopping.close();
    expect(await slow).toBe('cut off');
  });
});

import { Writable } from 'node:stream';
import { Controller, Get, Injectable, Logger, Module, Param, Put, Res } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { Request, RequestHandler, Response } from 'express';
import { Logger as NestPinoLogger, PinoLogger } from 'nestjs-pino';
import { CONFIG, loadConfig } from '../config/config.ts';
import { AuditLog } from './audit-log.ts';
import { LOG_DESTINATION, REQUEST_LOGGER } from './logging.module.ts';
import { ObservabilityModule } from './observability.module.ts';
import { requestIdOf } from './request-context.ts';

type Line = Record<string, unknown>;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

@Injectable()
class Work {
  readonly #logger = new Logger('Work');

  constructor(
    private readonly pino: PinoLogger,
    private readonly audit: AuditLog,
  ) {}

  async run(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#logger.log('through Nest');
    this.pino.info('through nestjs-pino');
    this.audit.record({ action: 'photo.delete', outcome: 'done', path: '/uploads/target-secret' });
    return 'done';
  }
}

@Controller()
class WorkController {
  constructor(private readonly work: Work) {}

  @Get('tasks/:name')
  run(): Promise<string> {
    return this.work.run();
  }

  @Get('fails')
  fail(): never {
    const cause = new Error(
      'GET https://bucket.example/o?X-Goog-Signature=signature-secret: Bearer bearer-secret-1',
    );
    throw Object.assign(new TypeError('no response for alice@example.com', { cause }), {
      config: { headers: { authorization: 'header-secret' } },
    });
  }

  @Get('slow')
  slow(@Res() res: Response): void {
    res.write('begun');
  }

  @Put('uploads/:secret')
  put(@Param('secret') secret: string): number {
    return secret.length;
  }

  @Get('health/live')
  live(): string {
    return 'ok';
  }

  @Get('graphql')
  graphql(@Res() res: Response): void {
    res.req.operationName = 'Photos';
    res.json({});
  }
}

@Module({
  imports: [
    {
      module: class ConfigModule {},
      global: true,
      providers: [{ provide: CONFIG, useValue: loadConfig({ LOG_LEVEL: 'debug' }) }],
      exports: [CONFIG],
    },
    ObservabilityModule,
  ],
  controllers: [WorkController],
  providers: [Work],
})
class TestModule {}

describe('request logging', () => {
  let app: NestExpressApplication;
  let origin: string;
  let written = '';
  const seenByMiddleware: unknown[] = [];

  const lines = () =>
    written
      .split('\n')
      .filter(Boolean)
      .map((line): Line => JSON.parse(line));
  const requestLines = () => lines().filter((line) => line['message'] === 'request');
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(origin + path, { headers: { 'x-user': 'user-1', ...headers } });
  /** Waits for the line of a request. It is written after the response has been sent, so the client may be first. */
  const lineOfRequest = async (): Promise<Line> => {
    while (requestLines().length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    return requestLines()[0] ?? {};
  };

  const signIn: RequestHandler = (req, res, next) => {
    seenByMiddleware.push(req.id);
    const sub = req.headers['x-user'];
    if (typeof sub !== 'string') {
      res.status(401).json({});
      return;
    }
    req.identity = { sub, email: 'alice@example.com', name: 'Alice', avatarUrl: null };
    next();
  };

  beforeAll(async () => {
    const sink = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const module = await Test.createTestingModule({ imports: [TestModule] })
      .overrideProvider(LOG_DESTINATION)
      .useValue(sink)
      .compile();
    app = module.createNestApplication<NestExpressApplication>();
    app.useLogger(app.get(NestPinoLogger));
    app.use(app.get<RequestHandler>(REQUEST_LOGGER));
    app.use(signIn);
    app.use((req: Request, res: Response, next: () => void) => {
      req.log.info('through req.log');
      res.setHeader('X-Seen-Id', requestIdOf(req) ?? '');
      next();
    });
    await app.listen(0, '127.0.0.1');
    origin = (await app.getUrl()).replace(/\/$/, '');
  });

  afterAll(() => app.close());

  beforeEach(() => {
    written = '';
    seenByMiddleware.length = 0;
  });

  it('writes one line per request, with its user, method, path, status and duration', async () => {
    const response = await get('/tasks/anything?query=words');
    const line = await lineOfRequest();
    expect(line).toMatchObject({
      level: 'info',
      severity: 'INFO',
      userId: 'user-1',
      method: 'GET',
      path: '/tasks/anything',
      status: 200,
      requestId: response.headers.get('x-request-id'),
    });
    expect(line['ms']).toEqual(expect.any(Number));
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(line).not.toHaveProperty('req');
    expect(line).not.toHaveProperty('res');
    expect(line).not.toHaveProperty('aborted');
    expect(requestLines()).toHaveLength(1);
  });

  it('uses the same request ID, trace ID and user in middleware, handlers and services, and returns the request ID', async () => {
    const response = await get('/tasks/1', {
      'x-request-id': 'request_id-0123',
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
    });
    await lineOfRequest();
    expect(response.headers.get('x-request-id')).toBe('request_id-0123');
    expect(response.headers.get('x-seen-id')).toBe('request_id-0123');
    expect(seenByMiddleware).toEqual(['request_id-0123']);
    expect(lines().map((line) => line['message'])).toEqual([
      'through req.log',
      'through Nest',
      'through nestjs-pino',
      'audit',
      'request',
    ]);
    for (const line of lines())
      expect(line).toMatchObject({ requestId: 'request_id-0123', traceId: TRACE, userId: 'user-1' });
    expect(written.match(/"requestId"/g)).toHaveLength(5);
  });

  it('separates the fields of concurrent requests', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        get(`/tasks/${i}`, { 'x-user': `p${i}`, 'x-request-id': `request-${i}` }),
      ),
    );
    while (requestLines().length < 20) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(lines()).toHaveLength(100);
    for (const line of lines()) expect(line['requestId']).toBe(`request-${String(line['userId']).slice(1)}`);
    for (const line of requestLines()) expect(line['path']).toBe(`/tasks/${String(line['userId']).slice(1)}`);
  });

  it('writes one line for a request that a middleware rejects, with its ID and without a user', async () => {
    const response = await fetch(`${origin}/tasks/1`);
    const line = await lineOfRequest();
    expect(response.status).toBe(401);
    expect(lines()).toHaveLength(1);
    expect(line).toMatchObject({
      level: 'info',
      status: 401,
      requestId: response.headers.get('x-request-id'),
    });
    expect(line).not.toHaveProperty('userId');
  });

  it.each(['short', 'x'.repeat(65), 'has space in it', 'semi;colon-id', '"quoted-id"'])(
    'rejects the request ID %p',
    async (given) => {
      const response = await get('/tasks/1', { 'x-request-id': given });
      expect(response.headers.get('x-request-id')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
      await lineOfRequest();
      expect(written).not.toContain(given);
    },
  );

  it('does not write the contents of headers, query strings or e-mail addresses', async () => {
    const secrets = {
      authorization: 'Bearer authorization-secret',
      cookie: 'GCP_IAP_UID=cookie-secret',
      'x-goog-iap-jwt-assertion': 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.assertion-secret',
      'x-goog-authenticated-user-email': 'accounts.google.com:alice@example.com',
      'user-agent': 'agent-secret',
      referer: 'http://localhost/?referer-secret',
    };
    await get('/tasks/1?token=query-secret&email=bob@example.com', secrets);
    await lineOfRequest();
    expect(written).not.toMatch(/secret|alice|bob|eyJ|Bearer|Alice/);
  });

  it('writes the path of an upload target without its secret', async () => {
    await fetch(`${origin}/uploads/target-secret?x=1`, { method: 'PUT', headers: { 'x-user': 'user-1' } });
    expect(await lineOfRequest()).toMatchObject({ method: 'PUT', path: '/uploads/-', status: 200 });
    expect(written).not.toContain('secret');
  });

  it('writes an error with its type, message, stack and cause, without e-mail addresses and credentials', async () => {
    const response = await get('/fails');
    expect(await lineOfRequest()).toMatchObject({ level: 'error', severity: 'ERROR', status: 500 });
    expect(await response.text()).not.toMatch(/secret|alice/);
    const fault = lines().find((line) => line['err'] !== undefined);
    expect(fault).toMatchObject({
      level: 'error',
      requestId: response.headers.get('x-request-id'),
      err: {
        type: 'TypeError',
        message: 'no response for [email]',
        stack: expect.stringContaining('logging.module.spec.ts'),
        cause: { type: 'Error', message: expect.stringContaining('https://bucket.example/o?[redacted]') },
      },
    });
    expect(written).not.toMatch(/secret|alice@/);
    expect(lines()).toHaveLength(3);
  });

  it('writes health probes at debug level', async () => {
    await get('/health/live');
    expect(await lineOfRequest()).toMatchObject({ level: 'debug', path: '/health/live', status: 200 });
  });

  it('writes the name of the GraphQL operation if it is known', async () => {
    await get('/graphql?query={secret}');
    expect(await lineOfRequest()).toMatchObject({ operation: 'Photos', path: '/graphql' });
    expect(written).not.toContain('secret');
  });

  it('marks requests that the client aborted', async () => {
    const leave = new AbortController();
    const response = await fetch(`${origin}/slow`, {
      signal: leave.signal,
      headers: { 'x-user': 'user-1' },
    });
    leave.abort();
    await response.text().catch(() => undefined);
    expect(await lineOfRequest()).toMatchObject({
      aborted: true,
      path: '/slow',
      status: 200,
      userId: 'user-1',
    });
    expect(requestLines()).toHaveLength(1);
  });

  it('writes lines outside a request without request fields', () => {
    new Logger('Boot').log('ready');
    expect(lines()).toEqual([expect.objectContaining({ message: 'ready', context: 'Boot', level: 'info' })]);
    expect(lines()[0]).not.toHaveProperty('requestId');
  });
});

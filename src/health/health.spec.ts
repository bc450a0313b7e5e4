import type { Readable } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { IdentityGuard } from '../auth/identity.guard.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { Database, DatabaseUnavailableError } from '../database/database.ts';
import { ImagesModule } from '../images/images.module.ts';
import { ImageProcessor, type ProcessedImage } from '../images/image.ts';
import {
  type ObjectInfo,
  type ObjectPage,
  ObjectStore,
  StorageUnavailableError,
} from '../storage/object-store.ts';
import { Staging } from '../storage/staging/staging.ts';
import { StorageModule } from '../storage/storage.module.ts';
import { HealthModule } from './health.module.ts';
import { Readiness } from './readiness.ts';

/** Controls the result of a dependency's check and records the times of the checks. */
class Dependency {
  state: 'up' | 'down' | 'hangs' = 'up';
  checkedAt: number[] = [];

  async check(error: Error): Promise<void> {
    this.checkedAt.push(performance.now());
    if (this.state === 'down') throw error;
    if (this.state === 'hangs') await new Promise(() => undefined);
  }
}

const unused = (): never => {
  throw new Error('Probes must not call this method.');
};

class FaultyDatabase extends Database {
  readonly control = new Dependency();
  readonly capabilities = { severalProcesses: false, provesAcknowledgedWrites: true };
  query = unused;
  write = unused;
  ping() {
    return this.control.check(new DatabaseUnavailableError('/data/secret.duckdb: password secret is wrong'));
  }
}

class FaultyStore extends ObjectStore {
  readonly control = new Dependency();
  put = unused;
  putFile = unused;
  read: () => Promise<Readable> = unused;
  find: () => Promise<ObjectInfo | null> = unused;
  delete = unused;
  list: () => Promise<ObjectPage> = unused;
  discardUnfinished = unused;
  check() {
    return this.control.check(new StorageUnavailableError('EACCES: /data/secret/photos'));
  }
}

class FaultyImages extends ImageProcessor {
  readonly control = new Dependency();
  process: () => Promise<ProcessedImage> = unused;
  ping() {
    return this.control.check(new Error('worker 4711 at /app/secret.js exited'));
  }
}

/** Delays the shutdown until `finish` is called. */
@Injectable()
class SlowShutdown implements BeforeApplicationShutdown {
  readonly #gate = Promise.withResolvers<void>();
  readonly finish = this.#gate.resolve;
  beforeApplicationShutdown() {
    return this.#gate.promise;
  }
}

@Module({ providers: [{ provide: Database, useClass: FaultyDatabase }], exports: [Database] })
class FaultyDatabaseModule {}

@Module({
  providers: [
    { provide: ObjectStore, useClass: FaultyStore },
    { provide: Staging, useValue: { check: async () => undefined } },
  ],
  exports: [ObjectStore, Staging],
})
class FaultyStorageModule {}

@Module({ providers: [{ provide: ImageProcessor, useClass: FaultyImages }], exports: [ImageProcessor] })
class FaultyImagesModule {}

const compile = () =>
  Test.createTestingModule({
    imports: [HealthModule],
    providers: [SlowShutdown, { provide: APP_GUARD, useClass: IdentityGuard }],
  })
    .overrideModule(DatabaseModule)
    .useModule(FaultyDatabaseModule)
    .overrideModule(StorageModule)
    .useModule(FaultyStorageModule)
    .overrideModule(ImagesModule)
    .useModule(FaultyImagesModule)
    .compile();

const NAMES = ['database', 'storage', 'images'] as const;

describe('health probes', () => {
  let app: NestExpressApplication;
  let origin: string;
  let dependencies: Record<(typeof NAMES)[number], Dependency>;
  const logged: unknown[] = [];

  const probe = async (path: string, method = 'GET') => {
    const response = await fetch(origin + path, { method });
    const text = await response.text();
    return { response, status: response.status, text, body: text === '' ? null : JSON.parse(text) };
  };
  /** Probes `path` until it returns `status`. */
  const until = async (path: string, status: number) => {
    while ((await probe(path)).status !== status) await new Promise((resolve) => setTimeout(resolve, 100));
  };

  beforeEach(async () => {
    logged.length = 0;
    const module = await compile();
    app = module.createNestApplication<NestExpressApplication>();
    const record = (message: unknown) => logged.push(message);
    app.useLogger({ log: () => undefined, warn: record, error: record });
    dependencies = {
      database: app.get<FaultyDatabase>(Database).control,
      storage: app.get<FaultyStore>(ObjectStore).control,
      images: app.get<FaultyImages>(ImageProcessor).control,
    };
    await app.listen(0, '127.0.0.1');
    origin = (await app.getUrl()).replace(/\/$/, '');
  });

  afterEach(async () => {
    app.get(SlowShutdown).finish();
    await app.close();
  });

  it('report ready with response times if all dependencies work', async () => {
    const { response, status, body } = await probe('/health/ready');
    expect(status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toMatch('application/json');
    expect(body).toEqual({
      status: 'ok',
      details: Object.fromEntries(
        NAMES.map((name) => [name, { status: 'up', responseTime: expect.any(Number) }]),
      ),
    });
  });

  it('check no dependencies for liveness', async () => {
    for (const name of NAMES) dependencies[name].state = 'hangs';
    const { response, status, body } = await probe('/health/live');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    for (const name of NAMES) expect(dependencies[name].checkedAt).toEqual([]);
  });

  it.each(NAMES)('report not ready if %s fails, and only log the reason', async (name) => {
    dependencies[name].state = 'down';
    const { response, status, body, text } = await probe('/health/ready');
    expect(status).toBe(503);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(body.status).toBe('error');
    for (const other of NAMES) expect(body.details[other].status).toBe(other === name ? 'down' : 'up');
    expect(text).not.toMatch(/secret|password|\/|EACCES|worker|Error/);
    expect(logged).toEqual([{ message: `${name} is down`, err: expect.any(Error) }]);
  });

  it('report a hanging dependency within seconds, and its recovery', async () => {
    await probe('/health/ready');
    dependencies.database.state = 'hangs';
    await until('/health/ready', 503);
    const { body, text } = await probe('/health/ready');
    expect(body.details.database.status).toBe('down');
    expect(body.details.storage.status).toBe('up');
    expect(text).not.toMatch(/secret|Error/);
    expect((await probe('/health/live')).status).toBe(200);
    dependencies.database.state = 'up';
    await until('/health/ready', 200);
    expect(logged).toHaveLength(1);
  });

  it.each(['up', 'down'] as const)(
    'check a dependency that is %s at most once in 2 s, regardless of the number of probes',
    async (state) => {
      for (const name of NAMES) dependencies[name].state = state;
      const responses = await Promise.all(Array.from({ length: 1000 }, () => probe('/health/ready')));
      await Promise.all([probe('/health/ready'), probe('/health/startup'), probe('/health/ready', 'HEAD')]);
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([state === 'up' ? 200 : 503]));
      for (const name of NAMES) {
        const { checkedAt } = dependencies[name];
        expect(checkedAt.length).toBeGreaterThan(0);
        for (const [i, at] of checkedAt.entries())
          expect(at - (checkedAt[i - 1] ?? -Infinity)).toBeGreaterThanOrEqual(1990);
      }
      const checks = NAMES.flatMap((name) => dependencies[name].checkedAt);
      expect(logged).toHaveLength(state === 'up' ? 0 : checks.length);
    },
  );

  it('report started once the service has been ready, even if it fails later', async () => {
    dependencies.storage.state = 'down';
    expect((await probe('/health/startup')).status).toBe(503);
    dependencies.storage.state = 'up';
    await until('/health/startup', 200);
    dependencies.storage.state = 'down';
    await until('/health/ready', 503);
    expect((await probe('/health/startup')).body).toEqual({ status: 'ok' });
  });

  it('report starting before the service has booted', async () => {
    const module = await compile();
    expect(await module.get(Readiness).ready()).toEqual({ status: 'starting' });
    expect(await module.get(Readiness).started()).toEqual({ status: 'starting' });
  });

  it('report draining and alive while the service stops', async () => {
    await probe('/health/startup');
    const closed = app.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { status, body, response } = await probe('/health/ready');
    expect([status, body]).toEqual([503, { status: 'draining' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await probe('/health/live')).status).toBe(200);
    expect((await probe('/health/startup')).status).toBe(200);
    app.get(SlowShutdown).finish();
    await closed;
    await expect(fetch(`${origin}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('report draining if it was requested before the shutdown', async () => {
    app.get(Readiness).drain();
    expect(await probe('/health/ready')).toMatchObject({ status: 503, body: { status: 'draining' } });
    for (const name of NAMES) expect(dependencies[name].checkedAt).toEqual([]);
  });

  it.each(['live', 'ready', 'startup'])('accept only GET and HEAD for %s', async (name) => {
    expect(await probe(`/health/${name}`, 'HEAD')).toMatchObject({ status: 200, text: '' });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { response, status } = await probe(`/health/${name}`, method);
      expect([method, status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
  });
});

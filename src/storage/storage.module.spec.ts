import { lstat, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { CONFIG, ConfigError } from '../config/config.ts';
import { ObjectStore } from './object-store.ts';
import { StorageModule } from './storage.module.ts';

function start(dataDir: string): Promise<TestingModule> {
  @Global()
  @Module({
    providers: [{ provide: CONFIG, useValue: { dataDir, storage: { engine: 'disk' } } }],
    exports: [CONFIG],
  })
  class ConfigModule {}
  return Test.createTestingModule({ imports: [ConfigModule, StorageModule] }).compile();
}

describe('StorageModule', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storage-module-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('provides a store in DATA_DIR/objects, and creates the folder if it is missing', async () => {
    const app = await start(join(folder, 'a', 'b'));
    const store = app.get(ObjectStore);
    await store.put('photos/u1/p1', Buffer.from('bytes'), 'image/jpeg');
    expect(await text(await store.read('photos/u1/p1'))).toBe('bytes');
    expect((await lstat(join(folder, 'a', 'b', 'objects', 'photos', 'u1', 'p1'))).size).toBe(5);
    await app.close();
  });

  it.each(['a file', 'below a file', 'a link to nowhere'])(
    'reports that DATA_DIR is unusable if it is %s',
    async (name) => {
      const path = join(folder, 'path');
      if (name === 'a link to nowhere') await symlink(join(folder, 'nowhere', 'x'), path);
      else await writeFile(path, '');
      const dataDir = name === 'below a file' ? join(path, 'data') : path;
      const error: unknown = await start(dataDir).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toMatch(
        /DATA_DIR: .*path.* must be a folder that the service can write to; .*\(E[A-Z]+\)/,
      );
    },
  );
});

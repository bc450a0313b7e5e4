import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import sharp from 'sharp';
import { CONFIG, loadConfig } from '../config/config.ts';
import { ImageProcessor, ImageProcessorUnavailableError } from './image.ts';
import { ImagesModule } from './images.module.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-module-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('provides an ImageProcessor that follows the configuration and works until the application closes', async () => {
  const config = loadConfig({ MAX_IMAGE_PIXELS: '10000', IMAGE_WORKERS: '1' });
  @Module({ providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] })
  class ConfigModule {}
  const module = await Test.createTestingModule({
    imports: [{ module: ConfigModule, global: true }, ImagesModule],
  }).compile();
  await module.init();
  const images = module.get(ImageProcessor);
  await images.ping();

  const save = async (edge: number) => {
    const path = join(folder, `${edge}`);
    await sharp({ create: { width: edge, height: edge, channels: 3, background: 'teal' } })
      .png()
      .toFile(path);
    return path;
  };
  await expect(images.process(await save(100))).resolves.toMatchObject({ width: 100, height: 100 });
  await expect(images.process(await save(101))).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });

  await module.close();
  await expect(images.ping()).rejects.toThrow(ImageProcessorUnavailableError);
});

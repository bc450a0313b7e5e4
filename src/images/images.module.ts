import { Module } from '@nestjs/common';
import { ImageProcessor } from './image.ts';
import { PooledImageProcessor } from './worker/pooled-image-processor.ts';

/** Gives the ImageProcessor; its workers end with the application. */
@Module({
  providers: [{ provide: ImageProcessor, useClass: PooledImageProcessor }],
  exports: [ImageProcessor],
})
export class ImagesModule {}

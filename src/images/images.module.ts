import { Module } from '@nestjs/common';
import { ImageProcessor } from './image.ts';
import { PooledImageProcessor } from './worker/pooled-image-processor.ts';

/** Provides the ImageProcessor. Its workers end with the application. */
@Module({
  providers: [{ provide: ImageProcessor, useClass: PooledImageProcessor }],
  exports: [ImageProcessor],
})
export class ImagesModule {}

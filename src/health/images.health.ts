import { Injectable } from '@nestjs/common';
import { ImageProcessor } from '../images/image.ts';
import { DependencyCheck } from './dependency-check.ts';

/** Checks that an image worker has responded recently. */
@Injectable()
export class ImagesHealth {
  constructor(
    private readonly images: ImageProcessor,
    private readonly dependency: DependencyCheck,
  ) {}

  check() {
    return this.dependency.attempt('images', () => this.images.ping());
  }
}

import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.ts';
import { MetadataModule } from '../metadata/metadata.module.ts';
import { ViewerResolver } from './viewer.resolver.ts';
import { ViewerService } from './viewer.service.ts';

@Module({
  imports: [DatabaseModule, MetadataModule],
  providers: [ViewerService, ViewerResolver],
  exports: [ViewerService],
})
export class ViewerModule {}

import { Module } from '@nestjs/common';
import { ServerInfoResolver } from './server-info.resolver.ts';

/** Provides the `serverInfo` query. CONFIG must be global. */
@Module({ providers: [ServerInfoResolver] })
export class ServerInfoModule {}

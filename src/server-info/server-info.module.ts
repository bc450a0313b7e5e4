import { Module } from '@nestjs/common';
import { ServerInfoResolver } from './server-info.resolver.ts';

/** What clients ask of the service itself. CONFIG has to be global. */
@Module({ providers: [ServerInfoResolver] })
export class ServerInfoModule {}

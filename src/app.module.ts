import { TIMELINE_ARRANGEMENT } from './metadata/browse/duckdb/arrangement.ts';
import { ARRANGED_TABLES } from './database/database.module.ts';
import { NodesModule } from './graphql/nodes/nodes.module.ts';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthModule } from './auth/auth.module.ts';
import { IdentityGuard } from './auth/identity.guard.ts';
import { CONFIG, type Config } from './config/config.ts';
import { GraphqlModule } from './graphql/graphql.module.ts';
import { HealthModule } from './health/health.module.ts';
import { ObservabilityModule } from './observability/observability.module.ts';
import { PhotosModule } from './photos/photos.module.ts';
import { RateLimitModule } from './rate-limit/rate-limit.module.ts';
import { ServerInfoModule } from './server-info/server-info.module.ts';
import { ViewerModule } from './viewer/viewer.module.ts';

@Global()
@Module({})
class ConfigModule {
  static of(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: ARRANGED_TABLES, useValue: TIMELINE_ARRANGEMENT },
      ],
      exports: [CONFIG, ARRANGED_TABLES],
    };
  }
}

@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        ObservabilityModule,
        AuthModule,
        NodesModule,
        RateLimitModule,
        ViewerModule,
        PhotosModule,
        ServerInfoModule,
        GraphqlModule,
        HealthModule,
      ],
      providers: [{ provide: APP_GUARD, useClass: IdentityGuard }],
    };
  }
}

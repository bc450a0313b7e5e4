import { join } from 'node:path';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule } from '../auth/auth.module.ts';
import { RateLimitModule } from '../rate-limit/rate-limit.module.ts';
import { CONFIG, type Config } from '../config/config.ts';
import { apolloOptions } from './apollo-options.ts';
import { FaultFilter } from './errors/fault.filter.ts';
import { DEFAULT_DRAIN_MS, DRAIN_MS, HttpDrain } from '../http/http-drain.ts';
import { DEFAULT_SOCKET_LIMITS, SOCKET_LIMITS, SubscriptionServer } from './subscriptions/subscriptions.ts';
import { TrustedDocuments } from './documents/trusted-documents.ts';

/**
 * Serves the resolvers of all modules at /graphql, over HTTP and WebSocket, and converts errors thrown by resolvers
 * and controllers to responses. CONFIG and AuditLog must be global. The app must be created with
 * `bodyParser: false` and must mount `uploads`, `jsonBody`, `resolveDocuments` and `handleHttpErrors`.
 */
@Module({
  imports: [
    AuthModule,
    RateLimitModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [CONFIG],
      useFactory: apolloOptions,
    }),
  ],
  providers: [
    SubscriptionServer,
    HttpDrain,
    {
      provide: TrustedDocuments,
      inject: [CONFIG],
      useFactory: ({ builtDir, trustedDocumentsOnly }: Config) =>
        TrustedDocuments.read(join(builtDir, 'persisted-documents.json'), trustedDocumentsOnly),
    },
    { provide: DRAIN_MS, useValue: DEFAULT_DRAIN_MS },
    { provide: SOCKET_LIMITS, useValue: DEFAULT_SOCKET_LIMITS },
    { provide: APP_FILTER, useClass: FaultFilter },
  ],
})
export class GraphqlModule {}

import type { Server } from 'node:http';
import type { ApolloServerPlugin, GraphQLServerListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** Injection token of the time in milliseconds that requests have to finish when the service stops. */
export const DRAIN_MS = Symbol('DrainMs');

/** Platforms kill a process 10 s after asking it to stop. Apollo's default timeout would use all of this time. */
export const DEFAULT_DRAIN_MS = 5_000;

/** Closes the connections of requests that do not finish in time when the service stops. */
@Plugin()
export class HttpDrain implements ApolloServerPlugin {
  constructor(
    private readonly adapterHost: HttpAdapterHost<AbstractHttpAdapter<Server>>,
    @Inject(DRAIN_MS) private readonly drainMs: number,
  ) {}

  async serverWillStart(): Promise<GraphQLServerListener> {
    return {
      drainServer: async () => {
        const server = this.adapterHost.httpAdapter.getHttpServer();
        const timer = setTimeout(() => server.closeAllConnections(), this.drainMs);
        server.once('close', () => clearTimeout(timer));
      },
    };
  }
}

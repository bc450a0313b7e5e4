import type { Server } from 'node:http';
import type { ApolloServerPlugin, GraphQLServerListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { Inject } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** The injection token of how long, in milliseconds, requests may take to end when the service stops. */
export const DRAIN_MS = Symbol('DrainMs');

/** Platforms give 10 s between asking a process to stop and killing it, all of which Apollo would wait by itself. */
export const DEFAULT_DRAIN_MS = 5_000;

/** When the service stops, cuts off the requests that do not end in time. */
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

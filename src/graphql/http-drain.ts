import type { Server } from 'node:http';
import type { ApolloServerPlugin, GraphQLServerListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** Platforms give 10 s between asking a process to stop and killing it, all of which Apollo would wait by itself. */
const DRAIN_MS = 5_000;

/** When the service stops, requests in the middle of their work get this long to end. */
@Plugin()
export class HttpDrain implements ApolloServerPlugin {
  constructor(private readonly adapterHost: HttpAdapterHost<AbstractHttpAdapter<Server>>) {}

  async serverWillStart(): Promise<GraphQLServerListener> {
    return {
      drainServer: async () => {
        const server = this.adapterHost.httpAdapter.getHttpServer();
        const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
        server.once('close', () => clearTimeout(timer));
      },
    };
  }
}

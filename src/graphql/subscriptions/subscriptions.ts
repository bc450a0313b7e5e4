import { MIB } from '../../config/units.ts';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApolloServerPlugin, GraphQLServerContext, GraphQLServerListener } from '@apollo/server';
import { Inject } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { Plugin } from '@nestjs/apollo';
import { type Server as ProtocolServer, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Authenticator, ForbiddenError, UnauthenticatedError } from '../../auth/authenticator.ts';
import { isForeignOrigin } from '../../auth/foreign-origin.ts';
import type { Identity } from '../../auth/identity.ts';
import { RateLimiter } from '../../rate-limit/rate-limit.ts';
import { CONFIG, type Config } from '../../config/config.ts';
import { isRoot, ROUTES } from '../../http/routes.ts';
import { AuditLog } from '../../observability/audit-log.ts';
import { inRequest } from '../../observability/request-context.ts';
import { faultOf, formatFault, logHidden } from '../errors/faults.ts';
import { type Connection, subscriptionProtocol } from './subscription-protocol.ts';
import { TrustedDocuments } from '../documents/trusted-documents.ts';
import { FaultError, HTTP_STATUS, fault } from '../types/errors.ts';
import { ValidDocuments } from '../documents/valid-documents.ts';

/** Limits of WebSocket connections. Times are in milliseconds. */
export interface SocketLimits {
  connectionsPerUser: number;
  subscriptionsPerConnection: number;
  /** Size of a message from a client. */
  messageBytes: number;
  /** Bytes that may wait to be sent to a client before its connection is closed. */
  unreadBytes: number;
  /** Time within which a client must send connection_init. */
  initMs: number;
  /** Interval between pings. */
  pingMs: number;
  /** Lifetime of a connection. Clients must then reconnect, because the identity is verified only at the upgrade. */
  maxLifetimeMs: number;
  /** Time that clients have to close their connections when the service stops. */
  closeMs: number;
}

/** The injection token of the SocketLimits. */
export const SOCKET_LIMITS = Symbol('SocketLimits');

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  connectionsPerUser: 20,
  subscriptionsPerConnection: 20,
  messageBytes: 64 * 1024,
  unreadBytes: MIB,
  initMs: 5_000,
  pingMs: 30_000,
  maxLifetimeMs: 3_600_000,
  closeMs: 1_000,
};

/** Sent to a user with too many connections, one of which may have closed by then. */
const RETRY_AFTER_SECONDS = 30;

/** Close codes of RFC 6455, section 7.4.1. The client of graphql-ws reconnects after both. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/**
 * Serves subscriptions over WebSocket at /graphql. The identity and the Origin header are checked before the
 * handshake. Starts and stops with Apollo, whose schema it serves.
 */
@Plugin()
export class SubscriptionServer implements ApolloServerPlugin {
  readonly #sockets: WebSocketServer;
  readonly #alive = new WeakSet<WebSocket>();
  readonly #connections = new Map<string, number>();
  #protocol: ProtocolServer<Connection> | undefined;
  #isStopping = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost<AbstractHttpAdapter<Server>>,
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly audit: AuditLog,
    private readonly documents: TrustedDocuments,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SOCKET_LIMITS) private readonly limits: SocketLimits,
  ) {
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, handleProtocols });
  }

  async serverWillStart({ schema }: GraphQLServerContext): Promise<GraphQLServerListener> {
    const { limiter, limits, config, documents } = this;
    this.#protocol = subscriptionProtocol({
      documents: new ValidDocuments(schema, documents, config),
      limiter,
      initMs: limits.initMs,
      maxSubscriptions: limits.subscriptionsPerConnection,
    });
    const server = this.adapterHost.httpAdapter.getHttpServer();
    // Some clients offer an upgrade to HTTP/2 with each request. These offers are ignored.
    Object.assign(server, { shouldUpgradeCallback: isWebSocket });
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    const pings = setInterval(() => this.#ping(), limits.pingMs).unref();
    return {
      drainServer: async () => {
        clearInterval(pings);
        await this.#stop();
      },
    };
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Nothing else handles errors before the handshake, and a client that disconnects is not an error.
    socket.on('error', () => socket.destroy());
    request.id = randomUUID();
    try {
      const identity = await inRequest(request, () => this.#admit(request));
      request.identity = identity;
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request, identity));
    } catch (error) {
      inRequest(request, () => logHidden([error]));
      rejectUpgrade(socket, request, error);
    }
  }

  /**
   * Returns the identity of the client if it may connect.
   * @throws FaultError if it may not
   */
  async #admit(request: IncomingMessage): Promise<Identity> {
    if (this.#isStopping) throw fault('UNAVAILABLE', 'The service is stopping. Try again in a moment.');
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (!isRoot(ROUTES.graphql, path)) throw new WrongPathError();
    const identity = await this.#authenticate(request);
    if (isForeignOrigin(request)) {
      this.audit.record({
        action: 'cross-origin',
        outcome: 'refused',
        reason: 'foreign-origin',
        transport: 'websocket',
        userId: identity.sub,
      });
      throw fault('FORBIDDEN', 'Requests from other origins are not allowed.');
    }
    if ((this.#connections.get(identity.sub) ?? 0) >= this.limits.connectionsPerUser)
      throw fault(
        'RATE_LIMITED',
        `A user may have at most ${this.limits.connectionsPerUser} connections.`,
        RETRY_AFTER_SECONDS,
      );
    return identity;
  }

  async #authenticate(request: IncomingMessage): Promise<Identity> {
    try {
      return await this.authenticator.authenticate(request);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const reason = error instanceof UnauthenticatedError ? error.message : error.name;
      this.audit.record({ action: 'sign-in', outcome: 'refused', reason, transport: 'websocket' });
      if (error instanceof UnauthenticatedError) throw fault('UNAUTHENTICATED', 'Unauthenticated.');
      if (error instanceof ForbiddenError) throw fault('FORBIDDEN', error.message);
      throw error;
    }
  }

  #open(socket: WebSocket, request: IncomingMessage, { sub }: Identity): void {
    const { maxLifetimeMs, unreadBytes } = this.limits;
    this.#connections.set(sub, (this.#connections.get(sub) ?? 0) + 1);
    this.#alive.add(socket);
    // After a message that is too long or malformed, ws closes the connection with the appropriate code.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.#alive.add(socket));
    const lifetime = setTimeout(
      () => socket.close(GOING_AWAY, 'Connection expired. Reconnect.'),
      maxLifetimeMs,
    ).unref();
    const closed = this.#protocol?.opened(
      {
        protocol: socket.protocol,
        send: (message) => send(socket, message, unreadBytes),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (listener) => {
          socket.on('message', (message: Buffer) => {
            void inRequest(request, () => receive(socket, listener, message.toString()));
          });
        },
      },
      { request },
    );
    socket.once('close', (code, reason) => {
      clearTimeout(lifetime);
      const left = (this.#connections.get(sub) ?? 1) - 1;
      if (left > 0) this.#connections.set(sub, left);
      else this.#connections.delete(sub);
      void inRequest(request, () => closed?.(code, reason.toString()).catch((error) => logHidden([error])));
    });
  }

  /** Closes the connections that did not respond to the last ping, and pings the others. */
  #ping(): void {
    for (const socket of this.#sockets.clients) {
      if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    const open = [...this.#sockets.clients];
    const closed = Promise.all(open.map((socket) => once(socket, 'close')));
    for (const socket of open) socket.close(GOING_AWAY, 'The service is stopping.');
    await Promise.race([closed, sleep(this.limits.closeMs, undefined, { ref: false })]);
    for (const socket of this.#sockets.clients) socket.terminate();
  }
}

class WrongPathError extends FaultError {
  constructor() {
    super('BAD_USER_INPUT', `WebSocket connections are accepted only at ${ROUTES.graphql.path}.`);
  }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function send(socket: WebSocket, message: string, unreadBytes: number): Promise<void> {
  if (socket.bufferedAmount > unreadBytes) socket.terminate();
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  // A write error is ignored, because it also closes the connection, and the `close` event is handled.
  return new Promise((resolve) => {
    socket.send(message, () => resolve());
  });
}

async function receive(
  socket: WebSocket,
  listener: (message: string) => Promise<void>,
  message: string,
): Promise<void> {
  try {
    await listener(message);
  } catch (error) {
    logHidden([error]);
    socket.close(INTERNAL_ERROR, 'Internal server error.');
  }
}

/** Sends an error response to a rejected upgrade request and closes its connection. */
function rejectUpgrade(socket: Duplex, request: IncomingMessage, error: unknown): void {
  const { code } = faultOf(error);
  const status = error instanceof WrongPathError ? 404 : HTTP_STATUS[code];
  const body = JSON.stringify({ errors: [inRequest(request, () => formatFault(error))] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(error instanceof FaultError && error.details.retryAfterSeconds
      ? [`Retry-After: ${error.details.retryAfterSeconds}`]
      : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

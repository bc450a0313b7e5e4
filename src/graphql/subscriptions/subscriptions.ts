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

/** Times in milliseconds. */
export interface SocketLimits {
  connectionsOfAPerson: number;
  subscriptionsOfAConnection: number;
  messageBytes: number;
  /** What a client may leave unread before it is cut off. */
  unreadBytes: number;
  initMs: number;
  pingMs: number;
  /** Who is connected was verified at the start; after this time the client has to come again and be verified again. */
  lifeMs: number;
  /** How long clients are given to say goodbye when the service stops. */
  goodbyeMs: number;
}

/** The injection token of the SocketLimits. */
export const SOCKET_LIMITS = Symbol('SocketLimits');

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  connectionsOfAPerson: 20,
  subscriptionsOfAConnection: 20,
  messageBytes: 64 * 1024,
  unreadBytes: MIB,
  initMs: 5_000,
  pingMs: 30_000,
  lifeMs: 3_600_000,
  goodbyeMs: 1_000,
};

/** A connection of one's own may close by then. */
const RETRY_AFTER_SECONDS = 30;

/** RFC 6455, section 7.4.1. graphql-ws' client connects again after both. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/**
 * Subscriptions over WebSocket at /graphql. Who asks, and from what page, is checked before the handshake is answered.
 * It starts and stops with Apollo, whose schema it serves.
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
      maxSubscriptions: limits.subscriptionsOfAConnection,
    });
    const server = this.adapterHost.httpAdapter.getHttpServer();
    // Some clients offer HTTP/2 with each request; they are answered as if they did not.
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
    // Until the handshake nobody else listens, and a client that goes away is no fault.
    socket.on('error', () => socket.destroy());
    request.id = randomUUID();
    try {
      const identity = await inRequest(request, () => this.#admit(request));
      request.identity = identity;
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request, identity));
    } catch (error) {
      inRequest(request, () => logHidden([error]));
      refuse(socket, request, error);
    }
  }

  /** Who connects. Throws what the client is told. */
  async #admit(request: IncomingMessage): Promise<Identity> {
    if (this.#isStopping) throw fault('UNAVAILABLE', 'The service is stopping; try again in a moment.');
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (!isRoot(ROUTES.graphql, path)) throw new NoSuchPathError();
    const identity = await this.#authenticate(request);
    if (isForeignOrigin(request)) {
      this.audit.record({
        action: 'cross-origin',
        outcome: 'refused',
        reason: 'foreign-origin',
        transport: 'websocket',
        userId: identity.sub,
      });
      throw fault('FORBIDDEN', 'Pages of other origins may not use this service.');
    }
    if ((this.#connections.get(identity.sub) ?? 0) >= this.limits.connectionsOfAPerson)
      throw fault(
        'RATE_LIMITED',
        `A person may have at most ${this.limits.connectionsOfAPerson} connections.`,
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
    const { lifeMs, unreadBytes } = this.limits;
    this.#connections.set(sub, (this.#connections.get(sub) ?? 0) + 1);
    this.#alive.add(socket);
    // A message that is too long or malformed: ws closes the connection with the code that says so.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.#alive.add(socket));
    const life = setTimeout(
      () => socket.close(GOING_AWAY, 'Connect again to be verified again.'),
      lifeMs,
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
      clearTimeout(life);
      const left = (this.#connections.get(sub) ?? 1) - 1;
      if (left > 0) this.#connections.set(sub, left);
      else this.#connections.delete(sub);
      void inRequest(request, () => closed?.(code, reason.toString()).catch((error) => logHidden([error])));
    });
  }

  /** Ends the connections that did not answer the last ping. */
  #ping(): void {
    for (const socket of this.#sockets.clients) {
      if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    const open = [...this.#sockets.clients];
    const gone = Promise.all(open.map((socket) => once(socket, 'close')));
    for (const socket of open) socket.close(GOING_AWAY, 'The service is stopping.');
    await Promise.race([gone, sleep(this.limits.goodbyeMs, undefined, { ref: false })]);
    for (const socket of this.#sockets.clients) socket.terminate();
  }
}

class NoSuchPathError extends FaultError {
  constructor() {
    super('BAD_USER_INPUT', `WebSockets are served at ${ROUTES.graphql.path}.`);
  }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function send(socket: WebSocket, message: string, unreadBytes: number): Promise<void> {
  if (socket.bufferedAmount > unreadBytes) socket.terminate();
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  // A failure to write is a connection that closes, which is heard of elsewhere.
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

/** Answers an upgrade that is refused, and ends its connection. */
function refuse(socket: Duplex, request: IncomingMessage, error: unknown): void {
  const { code } = faultOf(error);
  const status = error instanceof NoSuchPathError ? 404 : HTTP_STATUS[code];
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

import type { IncomingMessage } from 'node:http';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Get, type INestApplication, Module, UseGuards } from '@nestjs/common';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import type { NextFunction } from 'express';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { CurrentUser } from './current-user.ts';
import { Anonymous, IdentityGuard } from './identity.guard.ts';
import type { Identity } from './identity.ts';

let ran: string[] = [];

@Resolver()
@UseGuards(IdentityGuard)
class Guarded {
  @Query(() => String)
  who(@CurrentUser() user: Identity): string {
    return user.sub;
  }

  @Query(() => String)
  blind(): string {
    ran.push('blind');
    return 'ran';
  }

  @Query(() => String)
  @Anonymous()
  open(): string {
    return 'open';
  }

  @Subscription(() => String, { resolve: (value: string) => value })
  async *changes(@CurrentUser() user: Identity): AsyncGenerator<string> {
    yield user.sub;
  }
}

@Resolver()
class Unguarded {
  @Query(() => String)
  unguarded(@CurrentUser() user: Identity): string {
    ran.push('unguarded');
    return user.sub;
  }
}

@Controller('photos')
@UseGuards(IdentityGuard)
class Photos {
  @Get()
  who(@CurrentUser() user: Identity): string {
    ran.push('photos');
    return user.sub;
  }
}

@Controller('health')
@Anonymous()
@UseGuards(IdentityGuard)
class Health {
  @Get()
  live(): string {
    return 'live';
  }
}

function identify(req: IncomingMessage): void {
  const sub = new URL(req.url ?? '', 'http://x').searchParams.get('as');
  if (sub) req.identity = { sub, email: 'a@b', name: null, avatarUrl: null };
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
      formatError: ({ message, extensions }) => ({ message, extensions: { code: extensions?.code } }),
      subscriptions: { 'graphql-ws': true },
      context: ({ req, extra }: { req?: IncomingMessage; extra?: { request: IncomingMessage } }) => {
        if (extra) identify(extra.request);
        return { req: req ?? extra?.request };
      },
    }),
  ],
  controllers: [Photos, Health],
  providers: [Guarded, Unguarded],
})
class AppModule {}

let app: INestApplication;
let url: string;

beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = module.createNestApplication({ logger: false });
  app.use((req: IncomingMessage, _res: unknown, next: NextFunction) => {
    identify(req);
    next();
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
beforeEach(() => {
  ran = [];
});
afterAll(() => app.close());

async function query(field: string, as = ''): Promise<unknown> {
  const res = await fetch(`${url}/graphql?as=${as}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ ${field} }` }),
  });
  return res.json();
}

const fault = { message: 'Unauthenticated.', extensions: { code: 'UNAUTHENTICATED' } };

describe('IdentityGuard and @CurrentUser', () => {
  it('pass the user to a resolver', async () => {
    expect(await query('who blind unguarded', 'ada')).toEqual({
      data: { who: 'ada', blind: 'ran', unguarded: 'ada' },
    });
  });

  it.each(['who', 'blind', 'unguarded'])('run no resolver without a user (%s)', async (field) => {
    expect(await query(field)).toMatchObject({ errors: [fault], data: null });
    expect(ran).toEqual([]);
  });

  it('allow handlers that are marked as anonymous', async () => {
    expect(await query('open')).toEqual({ data: { open: 'open' } });
    expect(await (await fetch(`${url}/health`)).text()).toBe('live');
  });

  it('pass the user to a controller and run no controller without a user', async () => {
    expect(await (await fetch(`${url}/photos?as=ada`)).text()).toBe('ada');
    ran = [];
    const refused = await fetch(`${url}/photos`);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ errors: [fault] });
    expect(ran).toEqual([]);
  });

  it.each([
    ['ada', { data: { changes: 'ada' } }],
    ['', { errors: [expect.objectContaining({ message: 'Unauthenticated.' })] }],
  ])('identify the user of a subscription by its upgrade request (%s)', async (as, expected) => {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql?as=${as}`,
      webSocketImpl: WebSocket,
      lazy: true,
      retryAttempts: 0,
    });
    const first = await client.iterate({ query: 'subscription { changes }' }).next();
    expect(first.value ?? first).toMatchObject(expected);
    await client.dispose();
  });
});

import { ImageProcessorUnavailableError } from '../../images/image.ts';
import { EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForbiddenException } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  Float,
  ID,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { PubSub } from 'graphql-subscriptions';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { DatabaseUnavailableError } from '../../database/database.ts';
import type { IncomingFile } from '../../storage/staging/incoming-file.ts';
import { TooManyBytesError } from '../../storage/staging/staging.ts';
import type { GraphqlContext } from '../apollo-options.ts';
import { badUserInput, fault } from '../types/errors.ts';
import { ByteSize, DateTime, LocalDateTime } from '../types/scalars.ts';

/** Text of internal errors, which must never reach a client. */
export const SECRET = "SELECT * FROM photos WHERE user_id = 'hunter2' at /srv/data/imgstream.duckdb";

@ObjectType()
class Item {
  @Field(() => ID)
  id!: string;

  @Field(() => Item, { nullable: true })
  inner?: Item;

  @Field(() => [Item])
  list!: Item[];
}

@ObjectType()
class ItemEdge {
  @Field()
  cursor!: string;

  @Field(() => Item)
  node!: Item;
}

@ObjectType()
class ItemConnection {
  @Field(() => [ItemEdge])
  edges!: ItemEdge[];

  @Field(() => [Item])
  nodes!: Item[];

  @Field(() => Int)
  totalCount!: number;
}

@ObjectType()
class Strip {
  @Field(() => [ID])
  ids!: string[];
}

@ObjectType()
class ReceivedFile {
  @Field()
  filename!: string;

  @Field()
  mimetype!: string;

  @Field(() => Int, { nullable: true })
  sizeBytes!: number | null;

  @Field(() => String, { nullable: true })
  error!: string | null;
}

// All subscriptions listen to the same emitter.
const emitter = new EventEmitter().setMaxListeners(0);
const events = new PubSub({ eventEmitter: emitter });

function item(id = '1'): Item {
  return { id, list: [] };
}

@Resolver(() => Item)
class ItemResolver {
  @Query(() => Item)
  item(): Item {
    return item();
  }

  @Query(() => ItemConnection)
  items(
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('last', { type: () => Int, nullable: true }) _last: number | null,
  ): ItemConnection {
    const nodes = Array.from({ length: Math.min(first ?? 50, 200) }, (_, index) => item(String(index)));
    return { nodes, edges: nodes.map((node) => ({ cursor: node.id, node })), totalCount: nodes.length };
  }

  @Query(() => Strip)
  strip(@Args('first', { type: () => Int, nullable: true }) _first: number | null): Strip {
    return { ids: [] };
  }

  @Query(() => Int, { complexity: 30_000 })
  expensive(): number {
    return 1;
  }

  @Query(() => DateTime)
  echoTime(@Args('at', { type: () => DateTime }) at: Date): Date {
    return at;
  }

  @Query(() => LocalDateTime)
  echoLocal(@Args('at', { type: () => LocalDateTime }) at: Date): Date {
    return at;
  }

  @Query(() => ByteSize)
  echoSize(@Args('size', { type: () => ByteSize }) size: number): number {
    return size;
  }

  @Query(() => Float)
  half(@Args('of', { type: () => Int, defaultValue: 1 }) of: number): number {
    return of / 2;
  }

  @ResolveField()
  inner(@Parent() { id }: Item): Item {
    return item(id);
  }

  @Mutation(() => [Item])
  change(@Args('ids', { type: () => [ID] }) ids: string[]): Item[] {
    return ids.map(item);
  }
}

const FAULTS: Record<string, () => unknown> = {
  secret: () => new Error(SECRET),
  text: () => SECRET,
  database: () => new DatabaseUnavailableError(SECRET),
  images: () => new ImageProcessorUnavailableError(SECRET),
  full: () => Object.assign(new Error(SECRET), { code: 'ENOSPC' }),
  input: () => badUserInput('first must be from 1 to 200.'),
  busy: () => fault('UNAVAILABLE', 'Come back later.', 7),
  forbidden: () => new ForbiddenException('Not for you.'),
};

@Resolver()
class FaultResolver {
  @Query(() => Int, { nullable: true })
  fails(@Args('kind') kind: string): number {
    throw FAULTS[kind]?.();
  }
}

@Resolver()
class UploadResolver {
  @Mutation(() => [ReceivedFile])
  upload(
    @Args('files', { type: () => [GraphQLUpload] }) files: Promise<IncomingFile>[],
    @Args('unread', { nullable: true }) unread?: boolean,
  ): Promise<ReceivedFile[]> {
    return Promise.all(files.map(async (file) => receive(await file, unread)));
  }
}

async function receive(file: IncomingFile, unread?: boolean): Promise<ReceivedFile> {
  const { filename, mimetype } = file;
  if (unread) return { filename, mimetype, sizeBytes: null, error: null };
  try {
    await file.take();
    const stream = file.createReadStream();
    const { length } = await buffer(stream);
    await rm(stream.path);
    return { filename, mimetype, sizeBytes: length, error: null };
  } catch (error) {
    const message = error instanceof TooManyBytesError ? 'too large' : String(error);
    return { filename, mimetype, sizeBytes: null, error: message };
  }
}

@ObjectType()
class Change {
  @Field(() => [ID])
  ids!: string[];
}

@Resolver()
class ChangeResolver {
  @Subscription(() => Change, { resolve: (change: Change) => change })
  changed(@Context() { req }: GraphqlContext): AsyncIterableIterator<Change> {
    return events.asyncIterableIterator(`changed:${req.identity?.sub}`);
  }

  @Subscription(() => Change, {
    resolve: () => {
      throw new Error(SECRET);
    },
  })
  changedBadly(@Context() { req }: GraphqlContext): AsyncIterableIterator<Change> {
    return events.asyncIterableIterator(`changed:${req.identity?.sub}`);
  }

  @Subscription(() => ItemConnection)
  pages(@Args('first', { type: () => Int }) _first: number): AsyncIterableIterator<ItemConnection> {
    return events.asyncIterableIterator('pages');
  }
}

/** Resolves when a user has exactly `count` subscriptions to `changed` or `changedBadly`. */
export async function waitForSubscriptions(sub: string, count = 1): Promise<void> {
  while (emitter.listenerCount(`changed:${sub}`) !== count) await sleep(5);
}

export function publishChange(sub: string, ids: string[]): Promise<void> {
  return events.publish(`changed:${sub}`, { ids });
}

export const TEST_RESOLVERS = [ItemResolver, FaultResolver, UploadResolver, ChangeResolver];

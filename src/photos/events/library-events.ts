import { Inject, Injectable, Logger } from '@nestjs/common';
import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { PubSubEngine } from 'graphql-subscriptions';
import { Storage } from '../../viewer/viewer.ts';

/** The injection token of the PubSubEngine. */
export const PUB_SUB = Symbol('PubSubEngine');

@ObjectType({ description: "What changed in the viewer's library, gathered up, at most twice a second." })
export class LibraryChange {
  @Field(() => [ID])
  added: string[] = [];

  @Field(() => [ID])
  updated: string[] = [];

  @Field(() => [ID])
  removed: string[] = [];

  @Field(() => Storage)
  storage!: Storage;
}

/** Ids by what became of the photos. Into the trash is removed, out of it is added: the library is what is seen. */
export type Change = Partial<Record<'added' | 'updated' | 'removed', readonly string[]>>;

const GATHER_MS = 500;

/** Tells a person's open pages what changed in their library. */
@Injectable()
export class LibraryEvents {
  readonly #log = new Logger(LibraryEvents.name);

  constructor(@Inject(PUB_SUB) private readonly pubSub: PubSubEngine) {}

  /** What has happened has happened, also where nobody can be told of it: this does not fail. */
  async publish(userId: string, change: Change): Promise<void> {
    try {
      await this.pubSub.publish(topic(userId), change);
    } catch (error) {
      this.#log.warn({ err: error }, 'A change could not be announced.');
    }
  }

  /** The person's changes, those of half a second in one; the last word on each id wins. */
  changes(userId: string): AsyncIterableIterator<Required<Change>> {
    const source = this.pubSub.asyncIterableIterator<Change>(topic(userId));
    const ended = Promise.withResolvers<IteratorResult<Change>>();
    // A generator that waits does not hear return(): what it waits for has to end.
    const changes = gather(() => Promise.race([source.next(), ended.promise]));
    return {
      next: () => changes.next(),
      return: async () => {
        ended.resolve({ done: true, value: undefined });
        await source.return?.();
        return changes.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

async function* gather(take: () => Promise<IteratorResult<Change>>): AsyncGenerator<Required<Change>> {
  let next = take();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const gathered = new Gathered();
    gathered.add(first.value);
    const over = new Promise<null>((resolve) => setTimeout(resolve, GATHER_MS, null).unref());
    for (;;) {
      next = take();
      const more = await Promise.race([next, over]);
      if (more === null) break;
      if (more.done) return;
      gathered.add(more.value);
    }
    yield gathered.toLists();
  }
}

class Gathered {
  readonly #fate = new Map<string, keyof Change>();

  add(change: Change): void {
    for (const kind of ['added', 'updated', 'removed'] as const) {
      for (const id of change[kind] ?? []) {
        const isNews = kind !== 'updated' || this.#fate.get(id) !== 'added';
        if (isNews) this.#fate.set(id, kind);
      }
    }
  }

  toLists(): Required<Change> {
    const of = (kind: keyof Change): string[] =>
      [...this.#fate].filter(([, fate]) => fate === kind).map(([id]) => id);
    return { added: of('added'), updated: of('updated'), removed: of('removed') };
  }
}

function topic(userId: string): string {
  return `library:${userId}`;
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { PubSubEngine } from 'graphql-subscriptions';
import { Storage } from '../../viewer/viewer.ts';

/** The injection token of the PubSubEngine. */
export const PUB_SUB = Symbol('PubSubEngine');

@ObjectType({
  description: "Changes in the viewer's library, batched and sent at most twice per second.",
})
export class LibraryChange {
  @Field(() => [ID], { description: 'Photos that were uploaded or restored from the trash.' })
  added: string[] = [];

  @Field(() => [ID])
  updated: string[] = [];

  @Field(() => [ID], { description: 'Photos that were moved to the trash or deleted.' })
  removed: string[] = [];

  @Field(() => Storage)
  storage!: Storage;
}

/** IDs by kind of change. Moving a photo to the trash removes it from the library; restoring it adds it. */
export type Change = Partial<Record<'added' | 'updated' | 'removed', readonly string[]>>;

const BATCH_MS = 500;

/** Notifies a user's open pages of changes in the library. */
@Injectable()
export class LibraryEvents {
  readonly #log = new Logger(LibraryEvents.name);

  constructor(@Inject(PUB_SUB) private readonly pubSub: PubSubEngine) {}

  /** Publishes a change. Never rejects, because the change has already been committed. */
  async publish(userId: string, change: Change): Promise<void> {
    try {
      await this.pubSub.publish(topic(userId), change);
    } catch (error) {
      this.#log.warn({ err: error }, 'Publishing a library change failed.');
    }
  }

  /** The user's changes, batched over half a second. A batch contains the latest change of each photo. */
  changes(userId: string): AsyncIterableIterator<Required<Change>> {
    const source = this.pubSub.asyncIterableIterator<Change>(topic(userId));
    const ended = Promise.withResolvers<IteratorResult<Change>>();
    // return() has no effect on a generator while it awaits, so the awaited promise must be resolved.
    const changes = batches(() => Promise.race([source.next(), ended.promise]));
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

async function* batches(take: () => Promise<IteratorResult<Change>>): AsyncGenerator<Required<Change>> {
  let next = take();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const batch = new Batch();
    batch.add(first.value);
    const timeout = new Promise<null>((resolve) => setTimeout(resolve, BATCH_MS, null).unref());
    for (;;) {
      next = take();
      const more = await Promise.race([next, timeout]);
      if (more === null) break;
      if (more.done) return;
      batch.add(more.value);
    }
    yield batch.toLists();
  }
}

class Batch {
  readonly #kinds = new Map<string, keyof Change>();

  add(change: Change): void {
    for (const kind of ['added', 'updated', 'removed'] as const) {
      for (const id of change[kind] ?? []) {
        // An update of a photo that was just added is still an addition.
        const isUpdateOfAdded = kind === 'updated' && this.#kinds.get(id) === 'added';
        if (!isUpdateOfAdded) this.#kinds.set(id, kind);
      }
    }
  }

  toLists(): Required<Change> {
    const idsOf = (kind: keyof Change): string[] =>
      [...this.#kinds].filter(([, latest]) => latest === kind).map(([id]) => id);
    return { added: idsOf('added'), updated: idsOf('updated'), removed: idsOf('removed') };
  }
}

function topic(userId: string): string {
  return `library:${userId}`;
}

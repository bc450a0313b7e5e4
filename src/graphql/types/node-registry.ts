import { Injectable } from '@nestjs/common';
import type { Node } from './node.ts';

/** Finds an object of one type by its ID. Returns null if no object of this type that the user may see has the ID. */
export type FindNode = (userId: string, id: string) => Promise<Node | null>;

/** Object types that the `node(id)` query can return. Each feature registers its own types. */
@Injectable()
export class NodeRegistry {
  readonly #finders: FindNode[] = [];

  register(find: FindNode): void {
    this.#finders.push(find);
  }

  /** Searches all registered types. Returns null if the user may not see an object with this ID. */
  async find(userId: string, id: string): Promise<Node | null> {
    const found = await Promise.all(this.#finders.map((find) => find(userId, id)));
    return found.find((node) => node !== null) ?? null;
  }
}

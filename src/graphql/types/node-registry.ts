import { Injectable } from '@nestjs/common';
import type { Node } from './node.ts';

/** Finds an object of one type that the user may see; null if there is none with this ID. */
export type FindNode = (userId: string, id: string) => Promise<Node | null>;

/** The types that `node(id)` can return. Each feature registers its own. */
@Injectable()
export class NodeRegistry {
  readonly #finders: FindNode[] = [];

  register(find: FindNode): void {
    this.#finders.push(find);
  }

  async find(userId: string, id: string): Promise<Node | null> {
    const found = await Promise.all(this.#finders.map((find) => find(userId, id)));
    return found.find((node) => node !== null) ?? null;
  }
}

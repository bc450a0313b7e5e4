import { execute } from '../../../shared/api/execute.ts';
import {
  CursorsAtDocument,
  type CursorsAtQuery,
  PhotosBeforeDocument,
  PhotosBehindDocument,
} from '../../../shared/api/generated/graphql.ts';
import { justAfter } from '../../../shared/photos/taken-span.ts';

/** The neighbours of a photo in the timeline, for one whose address was opened by itself. */
export class Around {
  #ids: string[];
  /** From where to read on; null at an end of the library. */
  #before: string | null;
  #behind: string | null;
  #reading: Promise<void> = Promise.resolve();

  private constructor(id: string, cursor: string) {
    this.#ids = [id];
    this.#before = cursor;
    this.#behind = cursor;
  }

  /**
   * @param takenAtLocal by which the timeline orders
   * @returns null where the photo is not in the timeline: it lies in the trash
   */
  static async of(id: string, takenAtLocal: string): Promise<Around | null> {
    const filter = { takenAtLocal: { from: takenAtLocal, to: justAfter(takenAtLocal) } };
    let after: string | null = null;
    do {
      const { photos }: CursorsAtQuery = await execute(CursorsAtDocument, { filter, after });
      const edge = photos.edges.find(({ node }) => node.id === id);
      if (edge) return new Around(id, edge.cursor);
      after = photos.pageInfo.hasNextPage ? photos.pageInfo.endCursor : null;
    } while (after !== null);
    return null;
  }

  async neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined> {
    if (!this.#ids.includes(id)) return undefined;
    // One after the other: both ends may be asked for at once, and nothing is read twice.
    const reading = this.#reading.then(() => this.#read(id));
    this.#reading = reading.catch(() => undefined);
    await reading;
    const at = this.#ids.indexOf(id);
    return { previous: this.#ids[at - 1] ?? null, next: this.#ids[at + 1] ?? null };
  }

  async #read(id: string): Promise<void> {
    if (this.#ids.at(-1) === id) await this.#readBehind();
    if (this.#ids[0] === id) await this.#readBefore();
  }

  async #readBehind(): Promise<void> {
    if (this.#behind === null) return;
    const { photos } = await execute(PhotosBehindDocument, { cursor: this.#behind });
    this.#ids = [...this.#ids, ...photos.nodes.map(({ id }) => id)];
    this.#behind = photos.pageInfo.hasNextPage ? photos.pageInfo.endCursor : null;
  }

  async #readBefore(): Promise<void> {
    if (this.#before === null) return;
    const { photos } = await execute(PhotosBeforeDocument, { cursor: this.#before });
    this.#ids = [...photos.nodes.map(({ id }) => id), ...this.#ids];
    this.#before = photos.pageInfo.hasPreviousPage ? photos.pageInfo.startCursor : null;
  }
}

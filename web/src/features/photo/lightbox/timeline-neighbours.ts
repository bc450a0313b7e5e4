import { execute } from '../../../shared/api/execute.ts';
import {
  CursorsAtDocument,
  type CursorsAtQuery,
  PhotosAfterDocument,
  PhotosBeforeDocument,
} from '../../../shared/api/generated/graphql.ts';
import { justAfter } from '../../../shared/photos/taken-span.ts';

/** The neighbours of a photo in the timeline. Used if the photo was opened by its address and not from a page. */
export class TimelineNeighbours {
  #ids: string[];
  /** The cursors of the next page in each direction; null at an end of the library. */
  #before: string | null;
  #after: string | null;
  #reading: Promise<void> = Promise.resolve();

  private constructor(id: string, cursor: string) {
    this.#ids = [id];
    this.#before = cursor;
    this.#after = cursor;
  }

  /**
   * @param takenAtLocal the sort key of the timeline
   * @returns null if the photo is not in the timeline, because it is in the trash
   */
  static async find(id: string, takenAtLocal: string): Promise<TimelineNeighbours | null> {
    const filter = { takenAtLocal: { from: takenAtLocal, to: justAfter(takenAtLocal) } };
    let after: string | null = null;
    do {
      const { photos }: CursorsAtQuery = await execute(CursorsAtDocument, { filter, after });
      const edge = photos.edges.find(({ node }) => node.id === id);
      if (edge) return new TimelineNeighbours(id, edge.cursor);
      after = photos.pageInfo.hasNextPage ? photos.pageInfo.endCursor : null;
    } while (after !== null);
    return null;
  }

  async neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined> {
    if (!this.#ids.includes(id)) return undefined;
    // Both ends may be requested at the same time. The requests run in sequence, so that no page is loaded twice.
    const reading = this.#reading.then(() => this.#read(id));
    this.#reading = reading.catch(() => undefined);
    await reading;
    const at = this.#ids.indexOf(id);
    return { previous: this.#ids[at - 1] ?? null, next: this.#ids[at + 1] ?? null };
  }

  async #read(id: string): Promise<void> {
    if (this.#ids.at(-1) === id) await this.#readAfter();
    if (this.#ids[0] === id) await this.#readBefore();
  }

  async #readAfter(): Promise<void> {
    if (this.#after === null) return;
    const { photos } = await execute(PhotosAfterDocument, { cursor: this.#after });
    this.#ids = [...this.#ids, ...photos.nodes.map(({ id }) => id)];
    this.#after = photos.pageInfo.hasNextPage ? photos.pageInfo.endCursor : null;
  }

  async #readBefore(): Promise<void> {
    if (this.#before === null) return;
    const { photos } = await execute(PhotosBeforeDocument, { cursor: this.#before });
    this.#ids = [...photos.nodes.map(({ id }) => id), ...this.#ids];
    this.#before = photos.pageInfo.hasPreviousPage ? photos.pageInfo.startCursor : null;
  }
}

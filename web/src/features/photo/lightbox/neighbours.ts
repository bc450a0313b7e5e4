import { queryClient } from '../../../shared/api/query-client.ts';
import { type PhotoSequence, photoSequence } from '../../../shared/photos/sequence.ts';
import { Around } from './around.ts';
import { type ShownPhoto, shownPhotoQuery } from '../photo-queries.ts';

type Neighbours = Pick<PhotoSequence, 'neighbours' | 'shown'>;
type Side = 'previous' | 'next';

/** Photos known on either side of the one that is shown. */
const REACH = 3;

/** A run of photos in the order of the view that one was opened from, as far as it is known; it grows at both ends. */
export class PhotoRow {
  #photos: readonly ShownPhoto[] = [];
  #order: Promise<Neighbours | null> | null = null;
  readonly #growing = new Map<Side, Promise<void>>();
  /** Per side, the last id that was looked at: one that is gone has neighbours all the same. */
  readonly #edge = new Map<Side, string | null>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly photos = (): readonly ShownPhoto[] => this.#photos;

  has(id: string): boolean {
    return this.#photos.some((photo) => photo.id === id);
  }

  /** Begins the row with a photo; the sequence is the one that its view has set. */
  start(photo: ShownPhoto): void {
    const sequence = photoSequence();
    this.#order = orderOf(photo, sequence);
    this.#edge.set('previous', photo.id).set('next', photo.id);
    this.#set([photo]);
    this.reach(photo.id);
  }

  /** Has photos at hand on both sides of the one that is shown. */
  reach(id: string): void {
    void this.#order?.then((order) => order?.shown?.(id));
    void this.#grow('next', id);
    void this.#grow('previous', id);
  }

  /** The one beside a photo, waited for where it is still on its way; null at an end. */
  async beside(id: string, side: Side): Promise<string | null> {
    const known = this.#beside(id, side);
    if (known !== null) return known;
    await this.#grow(side, id);
    return this.#beside(id, side);
  }

  /** The one to show in the place of a photo that goes: the next, else the previous, else null. */
  async heir(id: string): Promise<string | null> {
    return (await this.beside(id, 'next')) ?? (await this.beside(id, 'previous'));
  }

  /** Takes a photo out. */
  remove(id: string): void {
    this.#set(this.#photos.filter((photo) => photo.id !== id));
    if (this.#edge.get('previous') === id) this.#edge.set('previous', this.#photos[0]?.id ?? null);
    if (this.#edge.get('next') === id) this.#edge.set('next', this.#photos.at(-1)?.id ?? null);
  }

  #beside(id: string, side: Side): string | null {
    const at = this.#photos.findIndex((photo) => photo.id === id);
    return this.#photos[side === 'next' ? at + 1 : at - 1]?.id ?? null;
  }

  #grow(side: Side, id: string): Promise<void> {
    const growing =
      this.#growing.get(side) ?? this.#extend(side, id).finally(() => this.#growing.delete(side));
    this.#growing.set(side, growing);
    return growing;
  }

  async #extend(side: Side, id: string): Promise<void> {
    const order = await this.#order;
    if (!order) return;
    while (this.#room(side, id) < REACH) {
      const edge = this.#edge.get(side);
      if (edge == null) return;
      try {
        const neighbour = (await order.neighbours(edge))?.[side] ?? null;
        const photo =
          neighbour === null ? null : await queryClient.ensureQueryData(shownPhotoQuery(neighbour));
        this.#edge.set(side, neighbour);
        if (photo) this.#set(side === 'next' ? [...this.#photos, photo] : [photo, ...this.#photos]);
      } catch {
        // The frame says that there is no connection; the next step tries again.
        return;
      }
    }
  }

  #room(side: Side, id: string): number {
    const at = this.#photos.findIndex((photo) => photo.id === id);
    if (at < 0) return REACH;
    return side === 'next' ? this.#photos.length - 1 - at : at;
  }

  #set(photos: readonly ShownPhoto[]): void {
    this.#photos = photos;
    for (const listener of this.#listeners) listener();
  }
}

async function orderOf(photo: ShownPhoto, sequence: PhotoSequence | null): Promise<Neighbours | null> {
  try {
    if (await sequence?.neighbours(photo.id)) return sequence;
    return await Around.of(photo.id, photo.takenAtLocal);
  } catch {
    return null;
  }
}

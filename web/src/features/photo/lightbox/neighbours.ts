import { queryClient } from '../../../shared/api/query-client.ts';
import { type PhotoSequence, photoSequence } from '../../../shared/photos/sequence.ts';
import { type ShownPhoto, shownPhotoQuery } from '../photo-queries.ts';
import { TimelineNeighbours } from './timeline-neighbours.ts';

type Sequence = Pick<PhotoSequence, 'neighbours'>;
type Side = 'previous' | 'next';

/** The number of photos to load on each side of the shown one. */
const DISTANCE = 3;

/**
 * The photos around the shown one, in the order of the page from which the first one was opened. The list grows at
 * both ends as other photos are shown.
 */
export class Neighbours {
  #photos: readonly ShownPhoto[] = [];
  #sequence: Promise<Sequence | null> | null = null;
  readonly #loading = new Map<Side, Promise<void>>();
  /** The last id that was requested on each side. It has neighbours even if its photo was deleted. */
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

  /** Starts the list with one photo of the current photo sequence, or else of the timeline. */
  start(photo: ShownPhoto): void {
    this.#sequence = sequenceOf(photo);
    this.#edge.set('previous', photo.id).set('next', photo.id);
    this.#set([photo]);
    this.loadAround(photo.id);
  }

  /** Loads photos on both sides of the one that is now shown. */
  loadAround(id: string): void {
    void this.#load('next', id);
    void this.#load('previous', id);
  }

  /** Returns the id of the photo before or after another one, or null at the end. Waits until it is loaded. */
  async neighbour(id: string, side: Side): Promise<string | null> {
    const known = this.#neighbour(id, side);
    if (known !== null) return known;
    await this.#load(side, id);
    return this.#neighbour(id, side);
  }

  /** Returns the photo to show after a photo is removed: the next, or else the previous, or else null. */
  async successor(id: string): Promise<string | null> {
    return (await this.neighbour(id, 'next')) ?? (await this.neighbour(id, 'previous'));
  }

  remove(id: string): void {
    this.#set(this.#photos.filter((photo) => photo.id !== id));
    if (this.#edge.get('previous') === id) this.#edge.set('previous', this.#photos[0]?.id ?? null);
    if (this.#edge.get('next') === id) this.#edge.set('next', this.#photos.at(-1)?.id ?? null);
  }

  #neighbour(id: string, side: Side): string | null {
    const index = this.#photos.findIndex((photo) => photo.id === id);
    return this.#photos[side === 'next' ? index + 1 : index - 1]?.id ?? null;
  }

  #load(side: Side, id: string): Promise<void> {
    const loading =
      this.#loading.get(side) ?? this.#extend(side, id).finally(() => this.#loading.delete(side));
    this.#loading.set(side, loading);
    return loading;
  }

  async #extend(side: Side, id: string): Promise<void> {
    const sequence = await this.#sequence;
    if (!sequence) return;
    while (this.#countBeyond(side, id) < DISTANCE) {
      const edge = this.#edge.get(side);
      if (edge == null) return;
      try {
        const neighbour = (await sequence.neighbours(edge))?.[side] ?? null;
        const photo =
          neighbour === null ? null : await queryClient.ensureQueryData(shownPhotoQuery(neighbour));
        this.#edge.set(side, neighbour);
        if (photo) this.#set(side === 'next' ? [...this.#photos, photo] : [photo, ...this.#photos]);
      } catch {
        // The frame reports the lost connection; the next step tries again.
        return;
      }
    }
  }

  #countBeyond(side: Side, id: string): number {
    const index = this.#photos.findIndex((photo) => photo.id === id);
    if (index < 0) return DISTANCE;
    return side === 'next' ? this.#photos.length - 1 - index : index;
  }

  #set(photos: readonly ShownPhoto[]): void {
    this.#photos = photos;
    for (const listener of this.#listeners) listener();
  }
}

async function sequenceOf(photo: ShownPhoto): Promise<Sequence | null> {
  const sequence = photoSequence();
  try {
    if (await sequence?.neighbours(photo.id)) return sequence;
    return await TimelineNeighbours.find(photo.id, photo.takenAtLocal);
  } catch {
    return null;
  }
}

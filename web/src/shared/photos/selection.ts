import { useSyncExternalStore } from 'react';

/** The photos that are selected in a view: outside of React, so that a tile is drawn again when it is concerned itself. */
export class Selection {
  #ids = new Set<string>();
  readonly #listeners = new Set<() => void>();

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  ids(): string[] {
    return [...this.#ids];
  }

  toggle(id: string): boolean {
    const isOn = !this.#ids.delete(id);
    if (isOn) this.#ids.add(id);
    this.#tell();
    return isOn;
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.add(id);
    this.#tell();
  }

  clear(): void {
    if (this.#ids.size === 0) return;
    this.#ids.clear();
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a photo is selected. */
export function useIsSelected(selection: Selection, id: string): boolean {
  return useSyncExternalStore(selection.subscribe, () => selection.has(id));
}

/** How many are selected. */
export function useSelectedCount(selection: Selection): number {
  return useSyncExternalStore(selection.subscribe, () => selection.size);
}

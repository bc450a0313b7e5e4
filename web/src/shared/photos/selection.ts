import { useSyncExternalStore } from 'react';

/** The photos that are selected in a view: outside of React, so that a tile is drawn again when it is concerned itself. */
export class Selection {
  #ids = new Set<string>();
  /** The one that was toggled last: ranges begin there. */
  #anchor: string | null = null;
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
    this.#anchor = id;
    const isOn = !this.#ids.delete(id);
    if (isOn) this.#ids.add(id);
    this.#tell();
    return isOn;
  }

  /**
   * Adds all from the one that was toggled last to this one; toggles this one alone where that is not among them, or where
   * this one is selected already.
   * @param order the ids as they are shown
   */
  extend(id: string, order: readonly string[]): void {
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor);
    const to = order.indexOf(id);
    if (from < 0 || to < 0 || this.has(id)) {
      this.toggle(id);
      return;
    }
    this.#anchor = id;
    this.add(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.add(id);
    this.#tell();
  }

  clear(): void {
    this.#anchor = null;
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

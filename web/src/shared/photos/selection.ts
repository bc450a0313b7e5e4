import { useSyncExternalStore } from 'react';

/** The selected photos of a view. Not React state, so that only the tiles that change are rendered again. */
export class Selection {
  #ids = new Set<string>();
  /** The photo that was toggled last. Ranges begin there. */
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

  /** Selects or deselects a photo. Returns whether it is selected now. */
  toggle(id: string): boolean {
    this.#anchor = id;
    const isOn = !this.#ids.delete(id);
    if (isOn) this.#ids.add(id);
    this.#notify();
    return isOn;
  }

  /**
   * Selects the range from the photo toggled last to this one. Toggles only this one if there is no such photo in `order`, or
   * if this one is selected already.
   * @param order all ids in the order in which they are shown
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
    this.#notify();
  }

  clear(): void {
    this.#anchor = null;
    if (this.#ids.size === 0) return;
    this.#ids.clear();
    this.#notify();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a photo is selected. */
export function useIsSelected(selection: Selection, id: string): boolean {
  return useSyncExternalStore(selection.subscribe, () => selection.has(id));
}

/** The number of selected photos. */
export function useSelectedCount(selection: Selection): number {
  return useSyncExternalStore(selection.subscribe, () => selection.size);
}

import { useSyncExternalStore } from 'react';

/** A text that changes while it is shown, such as the progress of a download. */
export class ChangingText {
  #text: string;
  readonly #listeners = new Set<() => void>();

  constructor(text: string) {
    this.#text = text;
  }

  set(text: string): void {
    this.#text = text;
    for (const listener of this.#listeners) listener();
  }

  readonly read = (): string => this.#text;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** The current text. */
export function useChangingText(text: ChangingText): string {
  return useSyncExternalStore(text.subscribe, text.read);
}

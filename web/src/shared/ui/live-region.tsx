import { useSyncExternalStore } from 'react';

let message = '';
const listeners = new Set<() => void>();

/** Makes screen readers announce a text, even if it is the same as the previous text. */
export function announce(text: string): void {
  message = message === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The element that contains the text to announce. Rendered once, by the frame. */
export function LiveRegion() {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  );
}

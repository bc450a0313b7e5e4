import { useSyncExternalStore } from 'react';

let message = '';
const listeners = new Set<() => void>();

/** Makes a screen reader announce a text. The same text is announced again each time. */
export function announce(text: string): void {
  message = message === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The element that announce() writes to. The frame contains it once. */
export function LiveRegion() {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <div role="status" className="visually-hidden">
      {text}
    </div>
  );
}

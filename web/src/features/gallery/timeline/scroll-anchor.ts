import type { VirtualItem } from '@tanstack/react-virtual';

/** The state of a gallery that is restored when the user comes back from a photo. */
export interface ScrollAnchor {
  scrollY: number;
  /** The id of the photo that had the keyboard focus. */
  photo: string | null;
  /** The known heights of months. */
  measurements: VirtualItem[];
}

let saved: (ScrollAnchor & { address: string }) | null = null;

/** Returns the scroll anchor of the gallery at an address, or null if the last one was saved for a different address. */
export function scrollAnchor(address: string): ScrollAnchor | null {
  return saved?.address === address ? saved : null;
}

/** Saves the scroll anchor of a gallery when a photo is opened from it. Replaces that of any other gallery. */
export function saveScrollAnchor(address: string, anchor: ScrollAnchor): void {
  saved = { address, ...anchor };
}

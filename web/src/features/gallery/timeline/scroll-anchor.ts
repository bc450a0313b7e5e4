import type { VirtualItem } from '@tanstack/react-virtual';

interface KeptPlace {
  scrollY: number;
  /** The photo that the keyboard was at. */
  photo: string | null;
  /** What was known of the months' heights. */
  measurements: VirtualItem[];
}

let kept: (KeptPlace & { address: string }) | null = null;

/** Where a gallery was left when a photo was opened. */
export function keptPlace(address: string): KeptPlace | null {
  return kept?.address === address ? kept : null;
}

export function keepPlace(address: string, place: KeptPlace | null): void {
  kept = place && { address, ...place };
}

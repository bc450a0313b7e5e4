import { useSyncExternalStore } from 'react';

/** A step of scrolling that may draw anew. */
export const STEP = 160;

function subscribe(listener: () => void): () => void {
  window.addEventListener('scroll', listener, { passive: true });
  window.addEventListener('resize', listener);
  return () => {
    window.removeEventListener('scroll', listener);
    window.removeEventListener('resize', listener);
  };
}

/** How far the window has been scrolled past a line of the page, in pixels, to the step. */
export function useScrolledPast(line: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor((window.scrollY - line) / STEP)) * STEP;
}

import { useEffect, useState, useSyncExternalStore } from 'react';

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

/** What appears with scrolling stays long enough to be reached for. */
const STAYS_MS = 1_600;

/** Whether the window is being scrolled, or was a moment ago. */
export function useIsScrolling(): boolean {
  const [isScrolling, setScrolling] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const scroll = () => {
      setScrolling(true);
      clearTimeout(timer);
      timer = setTimeout(() => setScrolling(false), STAYS_MS);
    };
    window.addEventListener('scroll', scroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', scroll);
      clearTimeout(timer);
    };
  }, []);
  return isScrolling;
}

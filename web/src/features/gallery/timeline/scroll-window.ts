import { useEffect, useState, useSyncExternalStore } from 'react';

/** A step of scrolling that may draw anew. */
export const STEP = 160;
/** A window that was scrolled less than so long ago may be on its way still. */
const REST_MS = 100;

const listeners = new Set<() => void>();
/** As of the last scroll event: to ask the window in between has the browser lay out what was just drawn. */
let scrolled = 0;
let scrolledAt = -Infinity;

function update(): void {
  if (scrolled !== window.scrollY) scrolledAt = performance.now();
  scrolled = window.scrollY;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    scrolled = window.scrollY;
    // Before those who draw by it.
    window.addEventListener('scroll', update, { passive: true, capture: true });
    window.addEventListener('resize', update);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener('scroll', update, { capture: true });
    window.removeEventListener('resize', update);
  };
}

/** How far the window has been scrolled, in pixels. */
export function scrollTop(): number {
  return listeners.size > 0 ? scrolled : window.scrollY;
}

/** Whether the window may be on its way somewhere. */
export function isOnItsWay(): boolean {
  return performance.now() - scrolledAt < REST_MS;
}

/** How far the window has been scrolled past a line of the page, in pixels, to the step. */
export function useScrolledPast(line: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor((scrollTop() - line) / STEP)) * STEP;
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

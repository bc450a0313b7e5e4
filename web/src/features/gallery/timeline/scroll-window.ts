import { useEffect, useState, useSyncExternalStore } from 'react';

/** Components that depend on the scroll position are rendered once per this many pixels. */
export const STEP = 160;
/** The window counts as scrolling for this time after a scroll event. */
const REST_MS = 100;

const listeners = new Set<() => void>();
/** The position at the last scroll event. Reading window.scrollY between events would force the browser to lay out. */
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
    // The capture phase, so that this listener runs before those that render.
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

/** Returns how far the window is scrolled, in pixels. */
export function scrollTop(): number {
  return listeners.size > 0 ? scrolled : window.scrollY;
}

/** Returns whether the window was scrolled less than `REST_MS` ago, so that it may still be scrolling. */
export function hasJustScrolled(): boolean {
  return performance.now() - scrolledAt < REST_MS;
}

/** Returns how far the window is scrolled past a line of the page, in pixels, rounded down to a multiple of `STEP`. */
export function useScrolledPast(line: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor((scrollTop() - line) / STEP)) * STEP;
}

/** Controls that appear on scrolling stay visible for this time, so that the user can reach them. */
const VISIBLE_MS = 1_600;

/** Returns whether the window was scrolled less than `VISIBLE_MS` ago. */
export function useIsScrolling(): boolean {
  const [isScrolling, setScrolling] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const scroll = () => {
      setScrolling(true);
      clearTimeout(timer);
      timer = setTimeout(() => setScrolling(false), VISIBLE_MS);
    };
    window.addEventListener('scroll', scroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', scroll);
      clearTimeout(timer);
    };
  }, []);
  return isScrolling;
}

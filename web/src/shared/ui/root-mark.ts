import { useLayoutEffect } from 'react';

type RootMark = 'data-dialog' | 'data-lightbox' | 'data-action-bar';

const held = new Map<RootMark, number>();

/**
 * Writes on the root element that something is on the page, for styles of what stands elsewhere. The same said by
 * `:has()` would be asked anew with every photo that scrolls in.
 */
export function useRootMark(mark: RootMark, isThere = true): void {
  useLayoutEffect(() => {
    if (!isThere) return undefined;
    hold(mark, 1);
    return () => hold(mark, -1);
  }, [mark, isThere]);
}

function hold(mark: RootMark, by: 1 | -1): void {
  const holders = (held.get(mark) ?? 0) + by;
  held.set(mark, holders);
  document.documentElement.toggleAttribute(mark, holders > 0);
}

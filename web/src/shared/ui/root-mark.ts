import { useLayoutEffect } from 'react';

type RootMark = 'data-dialog' | 'data-lightbox' | 'data-action-bar';

/** The number of mounted components that need each mark. */
const counts = new Map<RootMark, number>();

/**
 * Sets an attribute on the root element while a component is mounted, for the styles of other parts of the page. The selector
 * `:has()` would be evaluated again for each photo that scrolls into view.
 */
export function useRootMark(mark: RootMark, isMarked = true): void {
  useLayoutEffect(() => {
    if (!isMarked) return undefined;
    addToCount(mark, 1);
    return () => addToCount(mark, -1);
  }, [mark, isMarked]);
}

function addToCount(mark: RootMark, change: 1 | -1): void {
  const count = (counts.get(mark) ?? 0) + change;
  counts.set(mark, count);
  document.documentElement.toggleAttribute(mark, count > 0);
}

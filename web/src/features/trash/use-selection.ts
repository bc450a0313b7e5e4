import { useCallback, useRef, useState } from 'react';
import { Selection } from '../../shared/photos/selection.ts';

/** Chooses or leaves a photo. @param extend the same for all from the one that was pressed before */
export type Toggle = (id: string, extend: boolean) => void;

/** Which of the photos that are shown in an order are chosen. */
export function useSelection(order: readonly string[]): { selection: Selection; toggle: Toggle } {
  const [selection] = useState(() => new Selection());
  const shown = useRef(order);
  shown.current = order;
  const anchor = useRef<string>(undefined);
  const toggle = useCallback<Toggle>(
    (id, extend) => {
      const from = extend && anchor.current !== undefined ? shown.current.indexOf(anchor.current) : -1;
      const to = shown.current.indexOf(id);
      anchor.current = id;
      if (from < 0 || to < 0 || selection.has(id)) selection.toggle(id);
      else selection.add(shown.current.slice(Math.min(from, to), Math.max(from, to) + 1));
    },
    [selection],
  );
  return { selection, toggle };
}

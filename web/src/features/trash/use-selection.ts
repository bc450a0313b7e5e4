import { useCallback, useRef, useState } from 'react';
import { Selection } from '../../shared/photos/selection.ts';

/** Chooses or leaves a photo. @param extend the same for all from the one that was pressed before */
export type Toggle = (id: string, extend: boolean) => void;

/** Which of the photos that are shown in an order are chosen. */
export function useSelection(order: readonly string[]): { selection: Selection; toggle: Toggle } {
  const [selection] = useState(() => new Selection());
  const shown = useRef(order);
  shown.current = order;
  const toggle = useCallback<Toggle>(
    (id, extend) => {
      if (extend) selection.extend(id, shown.current);
      else selection.toggle(id);
    },
    [selection],
  );
  return { selection, toggle };
}

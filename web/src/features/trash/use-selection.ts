import { useCallback, useRef, useState } from 'react';
import { Selection } from '../../shared/photos/selection.ts';

/** Selects or deselects a photo. @param extend selects all photos from the one that was toggled last to this one */
export type Toggle = (id: string, extend: boolean) => void;

/** Returns the selection of a view. @param order the ids of the photos in the order in which they are shown */
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

import { useIsMutating } from '@tanstack/react-query';
import { useEffect } from 'react';
import { askBeforeLeaving } from '../shared/ui/ask-before-leaving.ts';

/** The browser asks before a page is left whose changes have not reached the service yet. */
export function useUnsavedChanges(): void {
  const unsaved = useIsMutating() > 0;
  useEffect(() => (unsaved ? askBeforeLeaving() : undefined), [unsaved]);
}

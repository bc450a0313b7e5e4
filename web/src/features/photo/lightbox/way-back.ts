import { useCallback, useEffect } from 'react';
import { useLocation } from 'wouter';
import { PATHS, photoAddress } from '../../../shared/addresses.ts';
import { photoSequence } from '../../../shared/photos/sequence.ts';

/** Whether the app was loaded at the address of a photo. This module is loaded with the first photo. */
let openedByItself = loadedHere() && !cameFromUs();

function loadedHere(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation !== undefined && new URL(navigation.name, location.href).pathname === location.pathname;
}

/** Stored in the history entry, so that it survives a reload. */
function cameFromUs(): boolean {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'fromUs' in state;
}

/** Returns functions that go back to the page from which the photo was opened, and that show another photo instead. */
export function useWayBack(): { back: () => void; replaceBy: (id: string) => void } {
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!openedByItself) history.replaceState({ fromUs: true }, '');
    return () => {
      openedByItself = false;
    };
  }, []);
  const back = useCallback(() => {
    if (cameFromUs()) history.back();
    else navigate(photoSequence()?.from ?? PATHS.gallery, { replace: true });
  }, [navigate]);
  const replaceBy = useCallback(
    (id: string) => {
      const state: unknown = history.state;
      navigate(photoAddress(id), { replace: true, state });
    },
    [navigate],
  );
  return { back, replaceBy };
}

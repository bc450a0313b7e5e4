import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { tinykeys } from 'tinykeys';
import { isComposing } from './composing.ts';

export interface Shortcut {
  /** As tinykeys writes them: `g h` is one after the other, `$mod+a` is Ctrl or ⌘. */
  keys: string;
  /** What it does, for the help sheet. */
  label: string;
  /** The heading of the help sheet that it stands under. */
  group: string;
  /** A key that no other place listens to is taken away from the browser. */
  run: (event: KeyboardEvent) => void;
  /** What is focused listens itself: the key is only told of. */
  isListedOnly?: boolean;
}

let shortcuts: readonly Omit<Shortcut, 'run'>[] = [];
const listeners = new Set<() => void>();

function change(next: typeof shortcuts): void {
  shortcuts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the keys do now, in the order in which views said so. */
export function useShortcutList(): typeof shortcuts {
  return useSyncExternalStore(subscribe, () => shortcuts);
}

/**
 * Binds a key while the view is shown, and lists it in the help sheet. It is left alone where a person writes, while an
 * input method composes, and under a dialog.
 */
export function useShortcut({ keys, label, group, run, isListedOnly = false }: Shortcut): void {
  const act = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    run(event);
  });
  useEffect(() => {
    const entry = { keys, label, group };
    change([...shortcuts, entry]);
    const unbind = isListedOnly ? null : tinykeys(window, { [keys]: act }, { ignore: isBusy });
    return () => {
      unbind?.();
      change(shortcuts.filter((other) => other !== entry));
    };
  }, [keys, label, group, isListedOnly]);
}

const WRITING =
  'input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]';

/** A toast is an alertdialog too, but one that takes nothing over. */
const OVER_THE_PAGE = ':is([role=dialog], [role=alertdialog]):not([aria-modal=false])';

function isBusy(event: KeyboardEvent): boolean {
  const { target } = event;
  if (isComposing(event) || document.querySelector(OVER_THE_PAGE)) return true;
  return target instanceof Element && target.closest(WRITING) !== null;
}

import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { tinykeys } from 'tinykeys';
import { isComposing } from './composing.ts';

export interface Shortcut {
  /** In the notation of tinykeys: `g h` is a sequence, `$mod+a` is with Ctrl or ⌘. */
  keys: string;
  /** Describes the action in the help sheet. */
  label: string;
  /** The heading above it in the help sheet. */
  group: string;
  /** Called unless another handler has prevented the default action. The browser's own action is prevented. */
  run: (event: KeyboardEvent) => void;
  /** Only lists the key in the help sheet, because the focused element handles it. */
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

/** The shortcuts that are bound now, in the order of their binding. */
export function useShortcutList(): typeof shortcuts {
  return useSyncExternalStore(subscribe, () => shortcuts);
}

/**
 * Binds a key while the component is mounted, and lists it in the help sheet. The key has no effect in a text field, during
 * the composition of an input method, and while a dialog is open.
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

/** A toast is an alertdialog too, but not a modal one. */
const OVER_THE_PAGE = ':is([role=dialog], [role=alertdialog]):not([aria-modal=false])';

function isBusy(event: KeyboardEvent): boolean {
  const { target } = event;
  if (isComposing(event) || document.querySelector(OVER_THE_PAGE)) return true;
  return target instanceof Element && target.closest(WRITING) !== null;
}

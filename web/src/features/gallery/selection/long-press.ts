import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';

/** As long as phones take it to be. */
const HELD_MS = 450;
/** A finger that moves further scrolls. Pixels. */
const SLACK = 10;

/** What a list listens to, so that a finger that rests on something in it does `act` instead of pressing it. */
export function useLongPress(act: (target: EventTarget) => void) {
  const latest = useRef(act);
  latest.current = act;
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const acted = useRef(false);
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => end, []);
  return useMemo(
    () => ({
      onPointerDown: ({ target, clientX, clientY, pointerType, isPrimary }: PointerEvent) => {
        end();
        acted.current = false;
        if (pointerType !== 'touch' || !isPrimary) return;
        const timer = setTimeout(() => {
          acted.current = true;
          latest.current(target);
        }, HELD_MS);
        press.current = { timer, x: clientX, y: clientY };
      },
      onPointerMove: ({ clientX, clientY }: PointerEvent) => {
        const { x, y } = press.current ?? { x: clientX, y: clientY };
        if (Math.hypot(clientX - x, clientY - y) > SLACK) end();
      },
      onPointerUp: end,
      onPointerCancel: end,
      onContextMenu: (event: MouseEvent) => {
        // The browser's menu of a link, for the same gesture.
        if (press.current || acted.current) event.preventDefault();
      },
      onClickCapture: (event: MouseEvent) => {
        if (!acted.current) return;
        acted.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
    }),
    [],
  );
}

import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';

// React Aria's useLongPress is not used, because it serves one element, and a list has hundreds of photos. Measured
// with React Aria 3.53 in Chromium:
//
// - On the list, it sets `user-select: none` on each press. This restyles and repaints every photo when a touch
//   starts to scroll. With 72 photos and a CPU slowed down four times, this takes about 55 ms per touch, against 1 ms
//   with this hook.
// - Its listener for the context menu remains after a touch that scrolled. With a touchscreen and a mouse, the next
//   right click then opens no menu.
// - On each photo, it stops the propagation of clicks, so the click handler of the list is not called.

/** The usual threshold on phones. */
const THRESHOLD_MS = 450;
/** If the finger moves more than this many pixels, the user is scrolling. */
const SLACK = 10;

/**
 * Detects a long press by touch, with one set of handlers for all items of a list. Suppresses the click and the
 * context menu that the browser derives from the same gesture.
 * @param act receives the element that was pressed
 * @returns props of the list's element
 */
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
        }, THRESHOLD_MS);
        press.current = { timer, x: clientX, y: clientY };
      },
      onPointerMove: ({ clientX, clientY }: PointerEvent) => {
        const { x, y } = press.current ?? { x: clientX, y: clientY };
        if (Math.hypot(clientX - x, clientY - y) > SLACK) end();
      },
      onPointerUp: end,
      onPointerCancel: end,
      onContextMenu: (event: MouseEvent) => {
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

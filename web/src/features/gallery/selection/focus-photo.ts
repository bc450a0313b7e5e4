/** Frames that are waited for: a photo that was scrolled to is drawn in the next one or two. */
const FRAMES = 30;

/** Moves the keyboard to a photo as soon as it is drawn. */
export function focusPhoto(id: string, frames = FRAMES): void {
  const link = document.querySelector<HTMLElement>(`[data-photo="${CSS.escape(id)}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusPhoto(id, frames - 1));
}

/** The maximum number of frames to wait. A photo that was scrolled to is usually rendered after one or two. */
const FRAMES = 30;

/** Moves the keyboard focus to a photo as soon as it is rendered. */
export function focusPhoto(id: string, frames = FRAMES): void {
  const link = document.querySelector<HTMLElement>(`[data-photo="${CSS.escape(id)}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusPhoto(id, frames - 1));
}

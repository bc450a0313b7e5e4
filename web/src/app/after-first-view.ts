/** How long the first view has the network for itself. */
const LATER_MS = 3_000;

/** Does what nobody waits for, some time after the page has loaded. */
export function afterFirstView(work: () => void): void {
  const start = () => setTimeout(work, LATER_MS);
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}

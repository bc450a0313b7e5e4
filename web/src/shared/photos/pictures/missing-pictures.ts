import { onReconnected } from '../../api/connection.ts';
import { throttled } from '../../api/throttled.ts';
import { checkConnection } from '../../api/viewer.ts';

/** A picture that did not come is asked for again after so long, and then after twice as long. */
const FIRST_MS = 2_000;
const ATTEMPTS = 4;
/** Many images fail at once; one request per interval finds out why. */
const CHECK_MS = 5_000;

const failures = new WeakMap<HTMLImageElement, number>();
const missing = new Set<HTMLImageElement>();

/**
 * Asks again for pictures that did not come, wherever they are on the page: a browser does not, and would leave a hole
 * where the connection was lost, the session expired or the service failed for a moment.
 */
export function watchPictures(): void {
  const check = throttled(() => void checkConnection(), CHECK_MS);
  const failed = ({ target }: Event) => {
    if (!(target instanceof HTMLImageElement) || !isPhoto(target)) return;
    const count = (failures.get(target) ?? 0) + 1;
    failures.set(target, count);
    missing.add(target);
    check();
    if (count < ATTEMPTS) setTimeout(() => askAgain(target), FIRST_MS * 2 ** (count - 1));
  };
  // Such an event does not bubble.
  document.addEventListener('error', failed, { capture: true });
  onReconnected(() => {
    for (const image of missing) {
      failures.delete(image);
      askAgain(image);
    }
  });
}

function isPhoto({ src }: HTMLImageElement): boolean {
  return src !== '' && new URL(src).pathname.startsWith('/media/');
}

function askAgain(image: HTMLImageElement): void {
  if (!missing.delete(image) || !image.isConnected) return;
  const { src } = image;
  image.src = src;
}

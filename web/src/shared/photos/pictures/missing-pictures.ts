import { onReconnected } from '../../api/connection.ts';
import { throttled } from '../../api/throttled.ts';
import { checkConnection } from '../../api/viewer.ts';

/** Delay of the first retry. It doubles for each further one. */
const FIRST_MS = 2_000;
const ATTEMPTS = 4;
/** Often many images fail together. At most one request per interval finds out why. */
const CHECK_MS = 5_000;

const failures = new WeakMap<HTMLImageElement, number>();
const missing = new Set<HTMLImageElement>();

/**
 * Retries all images of photos on the page that could not be loaded, because of a lost connection, an expired session or a
 * temporary failure of the service. A browser does not retry images.
 */
export function watchPictures(): void {
  const check = throttled(() => void checkConnection(), CHECK_MS);
  const failed = ({ target }: Event) => {
    if (!(target instanceof HTMLImageElement) || !isPhoto(target)) return;
    const count = (failures.get(target) ?? 0) + 1;
    failures.set(target, count);
    missing.add(target);
    check();
    if (count < ATTEMPTS) setTimeout(() => reload(target), FIRST_MS * 2 ** (count - 1));
  };
  // The error event of an image does not bubble.
  document.addEventListener('error', failed, { capture: true });
  onReconnected(() => {
    for (const image of missing) {
      failures.delete(image);
      reload(image);
    }
  });
}

function isPhoto({ src }: HTMLImageElement): boolean {
  return src !== '' && new URL(src).pathname.startsWith('/media/');
}

function reload(image: HTMLImageElement): void {
  if (!missing.delete(image) || !image.isConnected) return;
  const { src } = image;
  image.src = src;
}

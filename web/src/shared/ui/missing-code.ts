import { ApiError } from '../api/api-error.ts';
import { checkConnection } from '../api/viewer.ts';

const unloaded = new WeakSet<Error>();

/** Remembers which errors are of code that did not come: Vite tells of each before it is thrown. */
export function watchCode(): void {
  addEventListener('vite:preloadError', ({ payload }) => {
    unloaded.add(payload);
    // Whether nobody is reached, or somebody who no longer has that code.
    void checkConnection();
  });
}

/** Whether a part of the app could not be loaded. A browser does not try that again before the page is loaded anew. */
export function isMissingCode(error: unknown): error is Error {
  return error instanceof Error && unloaded.has(error);
}

/** What to say of it: without a connection that, else that there is another version. */
export function missingCode(cause: Error): ApiError {
  return new ApiError(navigator.onLine ? 'outdated' : 'offline', 'A part of the app could not be loaded.', {
    cause,
  });
}

import { ApiError } from '../api/api-error.ts';
import { checkConnection } from '../api/viewer.ts';

const loadErrors = new WeakSet<Error>();

/** Records the errors of code that could not be loaded. Vite dispatches an event for each before it throws the error. */
export function watchCode(): void {
  addEventListener('vite:preloadError', ({ payload }) => {
    loadErrors.add(payload);
    // Finds out whether the server cannot be reached, or has another version without this code.
    void checkConnection();
  });
}

/** Whether an error means that code could not be loaded. A browser does not retry that until the page is reloaded. */
export function isMissingCode(error: unknown): error is Error {
  return error instanceof Error && loadErrors.has(error);
}

/** The error to show for missing code: `offline` without a connection, otherwise `outdated`. */
export function missingCode(cause: Error): ApiError {
  return new ApiError(navigator.onLine ? 'outdated' : 'offline', 'A part of the app could not be loaded.', {
    cause,
  });
}

import { StartError } from '../config/start-error.ts';

/** The object store does not respond now, although its settings appear to be correct. */
export class StorageStartError extends StartError {
  override name = 'StorageStartError';
}

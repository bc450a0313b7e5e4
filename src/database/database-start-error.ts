import { StartError } from '../config/start-error.ts';

/** The database cannot be used as it is. The message names the file, the fault and the remedy. */
export class DatabaseStartError extends StartError {
  override name = 'DatabaseStartError';
}

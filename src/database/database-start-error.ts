import { StartError } from '../config/start-error.ts';

/** The database cannot be opened. The message names the file, the problem and the remedy. */
export class DatabaseStartError extends StartError {
  override name = 'DatabaseStartError';
}

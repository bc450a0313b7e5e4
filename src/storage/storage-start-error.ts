/** The store cannot be used at this moment, and the process must not go on; its settings are right as far as anybody knows. */
export class StorageStartError extends Error {
  override name = 'StorageStartError';
}

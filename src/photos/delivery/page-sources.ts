import type { Config } from '../../config/config.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { UploadTargets } from '../../storage/upload-targets.ts';

/**
 * Where pages of this library send photos and have them from besides this service, as sources of a
 * Content-Security-Policy: for img-src and connect-src. Empty where all goes through it.
 */
export function pageSources(
  { mediaDelivery }: Pick<Config, 'mediaDelivery'>,
  store: ObjectStore,
  targets: UploadTargets,
): string[] {
  const sources = [targets.cspSource, mediaDelivery === 'signed' ? store.cspSource : null];
  return [...new Set(sources)].filter((source) => source !== null);
}

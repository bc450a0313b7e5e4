import type { Config } from '../../config/config.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { UploadTargets } from '../../storage/upload-targets.ts';

/**
 * Returns the origins, other than this service, from which pages load photos and to which they send uploads. They
 * are sources for img-src and connect-src of a Content-Security-Policy. Empty if all bytes pass through this
 * service.
 */
export function pageSources(
  { mediaDelivery }: Pick<Config, 'mediaDelivery'>,
  store: ObjectStore,
  targets: UploadTargets,
): string[] {
  const sources = [targets.cspSource, mediaDelivery === 'signed' ? store.cspSource : null];
  return [...new Set(sources)].filter((source) => source !== null);
}

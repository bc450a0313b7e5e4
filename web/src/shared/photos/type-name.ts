/** Names that are not the subtype in capitals. */
const NAMES: Record<string, string> = { 'image/webp': 'WebP', 'image/heif': 'HEIC' };

/** The display name of a media type, for example "JPEG" for image/jpeg. */
export function typeName(contentType: string): string {
  return NAMES[contentType] ?? contentType.replace(/^image\//, '').toUpperCase();
}

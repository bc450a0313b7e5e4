/** As they are written where capitals alone do not do. */
const NAMES: Record<string, string> = { 'image/webp': 'WebP', 'image/heif': 'HEIC' };

/** What people call a media type: "JPEG" of image/jpeg. */
export function typeName(contentType: string): string {
  return NAMES[contentType] ?? contentType.replace(/^image\//, '').toUpperCase();
}

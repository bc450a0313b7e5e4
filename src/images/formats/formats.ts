interface Format {
  /** The name that is shown to users. */
  name: string;
  contentType: string;
  /** File name extensions with the dot. They only help to choose files; the format is detected from the content. */
  extensions: readonly string[];
  /** The name under which sharp decodes the format; null if libheif decodes it. */
  sharpName: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'heif' | null;
}

/** The supported formats, by the extension with which an original is stored. */
export const FORMATS = {
  jpg: {
    name: 'JPEG',
    contentType: 'image/jpeg',
    extensions: ['.jpg', '.jpeg', '.jpe', '.jfif'],
    sharpName: 'jpeg',
  },
  png: { name: 'PNG', contentType: 'image/png', extensions: ['.png'], sharpName: 'png' },
  webp: { name: 'WebP', contentType: 'image/webp', extensions: ['.webp'], sharpName: 'webp' },
  gif: { name: 'GIF', contentType: 'image/gif', extensions: ['.gif'], sharpName: 'gif' },
  tif: { name: 'TIFF', contentType: 'image/tiff', extensions: ['.tif', '.tiff'], sharpName: 'tiff' },
  avif: { name: 'AVIF', contentType: 'image/avif', extensions: ['.avif'], sharpName: 'heif' },
  heic: { name: 'HEIC', contentType: 'image/heic', extensions: ['.heic'], sharpName: null },
  heif: { name: 'HEIF', contentType: 'image/heif', extensions: ['.heif', '.hif'], sharpName: null },
} as const satisfies Record<string, Format>;

/** The extension with which an original is stored, without the dot. */
export type Extension = keyof typeof FORMATS;

/** The extension of a format with its content type. */
export function imageFormat(extension: Extension): { extension: Extension; contentType: string } {
  return { extension, contentType: FORMATS[extension].contentType };
}

/** Returns the content type of an object that was stored with this extension; null if it is not one of FORMATS. */
export function contentTypeOf(extension: string): string | null {
  return isExtension(extension) ? FORMATS[extension].contentType : null;
}

/** Returns the names of all formats for use in a message: "JPEG, PNG, ... or HEIF". */
export function formatNames(): string {
  const names = Object.values(FORMATS).map(({ name }) => name);
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}

function isExtension(extension: string): extension is Extension {
  return Object.hasOwn(FORMATS, extension);
}

/**
 * The formats that the library accepts, by the extension that a file of each is kept under, and the other names that such
 * files have. What a file is, its content says (`sniffFile`): these are for choosing files.
 */
export const FORMATS = {
  jpg: { contentType: 'image/jpeg', extensions: ['.jpg', '.jpeg', '.jpe', '.jfif'] },
  png: { contentType: 'image/png', extensions: ['.png'] },
  webp: { contentType: 'image/webp', extensions: ['.webp'] },
  gif: { contentType: 'image/gif', extensions: ['.gif'] },
  tif: { contentType: 'image/tiff', extensions: ['.tif', '.tiff'] },
  avif: { contentType: 'image/avif', extensions: ['.avif'] },
  heic: { contentType: 'image/heic', extensions: ['.heic'] },
  heif: { contentType: 'image/heif', extensions: ['.heif', '.hif'] },
} as const;

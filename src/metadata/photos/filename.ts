const MAX_BYTES = 255;
const MAX_EXTENSION_BYTES = 32;

// Control characters (C0, C1, DEL) and characters that reorder text (UAX #9), which could disguise an extension.
const FORBIDDEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

const bytes = (text: string): number => Buffer.byteLength(text);

/** The longest prefix of `text` that consists of whole grapheme clusters and has at most `max` bytes in UTF-8. */
function truncate(text: string, max: number): string {
  let prefix = '';
  let left = max;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= bytes(segment);
    if (left < 0) break;
    prefix += segment;
  }
  return prefix;
}

/**
 * Returns the filename to store for an uploaded file: the last path component of `sent`, in NFC, without control or
 * bidirectional-control characters, truncated to 255 bytes of UTF-8. The extension is kept if it has at most 32
 * bytes. Returns `photo` if no name remains.
 */
export function safeFilename(sent: string): string {
  const last = sent.toWellFormed().split(/[/\\]/).pop() ?? '';
  const name = last.normalize('NFC').replaceAll(FORBIDDEN, '').trim();
  if (/^\.*$/.test(name)) return 'photo';
  if (bytes(name) <= MAX_BYTES) return name;
  const extension = /\.[^.\s]+$/.exec(name)?.[0] ?? '';
  if (bytes(extension) > MAX_EXTENSION_BYTES) return truncate(name, MAX_BYTES);
  const stem = name.slice(0, name.length - extension.length);
  return truncate(stem, MAX_BYTES - bytes(extension)) + extension;
}

const MAX_BYTES = 255;
const MAX_EXTENSION_BYTES = 32;

// Controls (C0, C1, DEL) and the characters that reorder text (UAX #9), which could dress up an extension.
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

const bytes = (text: string): number => Buffer.byteLength(text);

/** The longest start of `text`, in whole characters as a reader sees them, that fits in `max` bytes of UTF-8. */
function fit(text: string, max: number): string {
  let fitting = '';
  let room = max;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    room -= bytes(segment);
    if (room < 0) break;
    fitting += segment;
  }
  return fitting;
}

/**
 * The name under which a sent file is kept: its last path component, NFC, without control and bidirectional-control
 * characters, at most 255 bytes of UTF-8 with its extension kept; `photo` where nothing is left.
 */
export function safeFilename(sent: string): string {
  const last = sent.toWellFormed().split(/[/\\]/).pop() ?? '';
  const name = last.normalize('NFC').replaceAll(UNSEEN, '').trim();
  if (/^\.*$/.test(name)) return 'photo';
  if (bytes(name) <= MAX_BYTES) return name;
  const extension = /\.[^.\s]+$/.exec(name)?.[0] ?? '';
  if (bytes(extension) > MAX_EXTENSION_BYTES) return fit(name, MAX_BYTES);
  return fit(name.slice(0, name.length - extension.length), MAX_BYTES - bytes(extension)) + extension;
}

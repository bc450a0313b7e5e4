// All control characters except tab, line feed and carriage return, which text of several lines may contain.
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;

/** Normalizes text entered by a user: well-formed, in NFC, without control characters or surrounding whitespace. */
export function cleanText(text: string): string {
  return text.toWellFormed().normalize('NFC').replaceAll(CONTROLS, '').trim();
}

/** Normalizes a tag for storage and search: like `cleanText`, but on one line. */
export function cleanTag(tag: string): string {
  return cleanText(tag).replaceAll(/\s+/g, ' ');
}

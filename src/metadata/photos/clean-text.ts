// Tab, line feed and carriage return belong to a text of several lines; the other controls to none.
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;

/** A person's text as it is kept: well-formed, NFC, without control characters, without space around it. */
export function cleanText(text: string): string {
  return text.toWellFormed().normalize('NFC').replaceAll(CONTROLS, '').trim();
}

/** A tag as it is kept and looked for: a clean text on one line. */
export function cleanTag(tag: string): string {
  return cleanText(tag).replaceAll(/\s+/g, ' ');
}

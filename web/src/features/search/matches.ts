import { fold } from '../../../../src/search/folding.ts';

export interface Segment {
  text: string;
  isMatch: boolean;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Splits a text into matches of the words and the parts between them. A match consists of whole graphemes: a match of
 * ガ includes all of ｶﾞ.
 * @param words folded
 */
export function segments(text: string, words: readonly string[]): Segment[] {
  const chars = Array.from(graphemes.segment(text), ({ segment }) => segment);
  let folded = '';
  // For each UTF-16 code unit of the folded text, the index of the grapheme that it comes from.
  const origins: number[] = [];
  for (const [at, char] of chars.entries()) {
    const piece = fold(char);
    folded += piece;
    for (let unit = 0; unit < piece.length; unit++) origins.push(at);
  }
  const marked = new Set<number>();
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length))
      for (const origin of origins.slice(at, at + word.length)) marked.add(origin);
  }
  const found: Segment[] = [];
  for (const [at, char] of chars.entries()) {
    const isMatch = marked.has(at);
    const last = found.at(-1);
    if (last?.isMatch === isMatch) last.text += char;
    else found.push({ text: char, isMatch });
  }
  return found;
}

/** Returns whether a text contains any of the words, which are folded. */
export function occursIn(text: string, words: readonly string[]): boolean {
  const folded = fold(text);
  return words.some((word) => folded.includes(word));
}

/** The number of UTF-16 code units that are kept before the first match. */
const CONTEXT = 24;

/** Returns the text from shortly before its first match, with an ellipsis if something was cut off. */
export function excerpt(text: string, words: readonly string[]): string {
  const [before, ...rest] = segments(text, words);
  if (!before || before.isMatch || before.text.length <= CONTEXT) return text;
  return `…${before.text.slice(-CONTEXT)}${rest.map((segment) => segment.text).join('')}`;
}

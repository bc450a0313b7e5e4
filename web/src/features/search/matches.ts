import { fold } from '../../../../src/search/folding.ts';

export interface Segment {
  text: string;
  isMatch: boolean;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text cut where words of a search occur in it. Characters are marked whole: all of ｶﾞ, where ガ was searched. */
export function segments(text: string, words: readonly string[]): Segment[] {
  const chars = Array.from(graphemes.segment(text), ({ segment }) => segment);
  let folded = '';
  // For each UTF-16 unit of the folded text: which character it comes from.
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

/** Whether any of the words occurs in a text. */
export function occursIn(text: string, words: readonly string[]): boolean {
  const folded = fold(text);
  return words.some((word) => folded.includes(word));
}

/** Characters before the first match that stay, where a long text is cut. */
const CONTEXT = 24;

/** The part of a long text that begins a little before its first match. */
export function excerpt(text: string, words: readonly string[]): string {
  const [before, ...rest] = segments(text, words);
  if (!before || before.isMatch || before.text.length <= CONTEXT) return text;
  return `…${before.text.slice(-CONTEXT)}${rest.map((segment) => segment.text).join('')}`;
}

import { segments } from './matches.ts';

/** A text with the matches of a search highlighted. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  let at = 0;
  return segments(text, words).map((segment) => {
    const key = (at += segment.text.length);
    return segment.isMatch ? <mark key={key}>{segment.text}</mark> : <span key={key}>{segment.text}</span>;
  });
}

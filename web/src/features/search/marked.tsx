import { segments } from './matches.ts';

/** A text in which what was searched is marked. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  let at = 0;
  return segments(text, words).map((segment) => {
    const key = (at += segment.text.length);
    return segment.isMatch ? <mark key={key}>{segment.text}</mark> : <span key={key}>{segment.text}</span>;
  });
}

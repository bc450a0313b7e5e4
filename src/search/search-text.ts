import { fold, queryWords } from './folding.ts';

// Replaces the special characters of LIKE with private-use characters, in the stored text and in the pattern, so that no
// pattern needs an escape. A search for IMG_1234 then does not find IMG-1234.
const LIKE_CHARACTERS: Record<string, string> = { '%': '\uE000', _: '\uE001', '\\': '\uE002' };

/** Folded text for a column that is compared with LIKE. */
export function foldForLike(text: string): string {
  return hideLikeCharacters(fold(text));
}

/** The folded text that a search looks through. The parts are separated, so that no match spans two of them. */
export function searchText(parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null && part !== '')
    .map((part) => foldForLike(part ?? ''))
    .join('\n');
}

/** One LIKE pattern for each word of a query. A photo matches if all of them match. */
export function searchPatterns(query: string): string[] {
  return queryWords(query).map((word) => `%${hideLikeCharacters(word)}%`);
}

function hideLikeCharacters(text: string): string {
  return text.replaceAll(/[%_\\]/g, (character) => LIKE_CHARACTERS[character] ?? character);
}

import { fold, queryWords } from './folding.ts';

// The special characters of LIKE are replaced with private-use characters, both in the stored text and in the
// pattern, so that patterns need no escape. A search for IMG_1234 then does not find IMG-1234.
const LIKE_CHARACTERS: Record<string, string> = { '%': '\uE000', _: '\uE001', '\\': '\uE002' };

/** Returns folded text for a column that is compared with LIKE. */
export function foldForLike(text: string): string {
  return hideLikeCharacters(fold(text));
}

/** Returns the folded text that a search reads. The parts are separated, so that no match spans two of them. */
export function searchText(parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null && part !== '')
    .map((part) => foldForLike(part ?? ''))
    .join('\n');
}

/** Returns one LIKE pattern for each word of a query. A photo matches if all patterns match. */
export function searchPatterns(query: string): string[] {
  return queryWords(query).map((word) => `%${hideLikeCharacters(word)}%`);
}

/** Replaces the special characters of LIKE, as the stored text does. */
export function hideLikeCharacters(text: string): string {
  return text.replaceAll(/[%_\\]/g, (character) => LIKE_CHARACTERS[character] ?? character);
}

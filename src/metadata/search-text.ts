// LIKE's own signs, as private-use characters: folded text holds none of %, _ and \, so a pattern needs no escape,
// and a search for IMG_1234 finds that and not IMG-1234.
const LIKE_SIGNS: Record<string, string> = { '%': '\uE000', _: '\uE001', '\\': '\uE002' };

/**
 * Folds case, width and accents: Ｃafé and CAFE are one, ｶﾒﾗ and カメラ are one; が and か stay two, as do photos that
 * only look alike. Accents are the combining marks U+0300..U+036F of Unicode's canonical decomposition; width is its
 * compatibility composition (UAX #15, NFKC).
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .normalize('NFC')
    .replaceAll(/[%_\\]/g, (sign) => LIKE_SIGNS[sign] ?? sign);
}

/** One folded text of all that a search looks through; the parts do not run into each other. */
export function searchText(parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null && part !== '')
    .map((part) => fold(part ?? ''))
    .join('\n');
}

/** LIKE patterns of a query's words, each of which must occur. */
export function searchPatterns(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/).filter(Boolean))].map((word) => `%${word}%`);
}

/**
 * Folds case, width and accents for search: Ｃafé equals CAFE, and ｶﾒﾗ equals カメラ. が and か remain different,
 * because only the combining marks U+0300..U+036F of the canonical decomposition are removed. Width is folded by the
 * compatibility composition (UAX #15, NFKC). The web app imports this module too, so that it highlights exactly the
 * text that the service finds.
 * Rows store the folded text: a change needs a migration that recomputes it.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .normalize('NFC');
}

/** Returns the distinct folded words of a search query, in their order. */
export function queryWords(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/).filter(Boolean))];
}

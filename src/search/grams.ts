/**
 * The grams that a text must contain if it contains the word: its pairs of neighbouring characters, or its only
 * character. The function imgstream_grams of the PostgreSQL schema computes the same for a stored text, where a character
 * is a code point.
 */
export function wordGrams(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length < 2) return characters;
  return [...new Set(characters.slice(1).map((character, index) => `${characters[index]}${character}`))];
}

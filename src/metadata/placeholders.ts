/** Placeholders for a list of `count` values: $from, $from+1, ... */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

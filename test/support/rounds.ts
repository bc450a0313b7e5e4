/** The numbers of the rounds of a race test: one, or as many as RACE_ROUNDS says. */
export function rounds(): number[] {
  return Array.from({ length: Number(process.env['RACE_ROUNDS'] ?? 1) }, (_, index) => index + 1);
}

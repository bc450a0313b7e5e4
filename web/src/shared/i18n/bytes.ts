/** Powers of 1024, like the limits of the service. Intl does not support these units. */
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/**
 * Formats a number of bytes with its unit and at most one decimal, for example "1.5 MiB".
 * @param language a language tag (BCP 47)
 */
export function writeBytes(language: string, value: number): string {
  if (value < 1024)
    return new Intl.NumberFormat(language, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(
      value,
    );
  let amount = value / 1024;
  let unit = 0;
  // From 1023.5 on, the number would be rounded to 1,024.
  for (; amount >= 1023.5 && unit < UNITS.length - 1; unit++) amount /= 1024;
  const maximumFractionDigits = amount < 9.95 ? 1 : 0;
  // The no-break space keeps the number and its unit on one line.
  return `${new Intl.NumberFormat(language, { maximumFractionDigits }).format(amount)}\u00A0${UNITS[unit]}`;
}

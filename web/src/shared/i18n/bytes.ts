/** Of 1024 each, as the limits of the service are given; Intl has no names for them. */
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/**
 * A number of bytes in the unit that a person would use.
 * @param language a language tag (BCP 47)
 */
export function writeBytes(language: string, value: number): string {
  if (value < 1024)
    return new Intl.NumberFormat(language, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(
      value,
    );
  let amount = value / 1024;
  let unit = 0;
  // 1023.6 would be written as 1,024 of a unit.
  for (; amount >= 1023.5 && unit < UNITS.length - 1; unit++) amount /= 1024;
  const maximumFractionDigits = amount < 9.95 ? 1 : 0;
  // No line is broken between a number and its unit.
  return `${new Intl.NumberFormat(language, { maximumFractionDigits }).format(amount)}\u00A0${UNITS[unit]}`;
}

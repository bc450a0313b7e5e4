export interface TimeZoneOption {
  value: string;
  label: string;
}

/** Returns the UTC offset of a zone at a time, such as "GMT+9"; empty if the browser does not know the zone. */
function offsetOf(zone: string, language: string, now: Date): string {
  try {
    const parts = new Intl.DateTimeFormat(language, {
      timeZone: zone,
      timeZoneName: 'shortOffset',
    }).formatToParts(now);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  } catch {
    return '';
  }
}

/**
 * Returns the zones of the IANA time zone database that the browser knows, sorted by name. The labels contain the
 * current UTC offsets.
 * @param chosen always included, even if the browser does not know it
 * @param language the language of the offsets in the labels
 */
export function timeZones(chosen: string, language: string, now = new Date()): TimeZoneOption[] {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen]);
  return [...zones].toSorted().map((zone) => {
    const offset = offsetOf(zone, language, now);
    return { value: zone, label: offset === '' ? zone : `${zone.replaceAll('_', ' ')} (${offset})` };
  });
}

export interface TimeZoneOption {
  value: string;
  label: string;
}

/** "GMT+9" of a zone at a moment; empty where the browser does not know the zone. */
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
 * The zones of the IANA time zone database that the browser knows, by name, with their offset now.
 * @param chosen is among them, whether the browser knows it or not
 */
export function timeZones(chosen: string, language: string, now = new Date()): TimeZoneOption[] {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen]);
  return [...zones].toSorted().map((zone) => {
    const offset = offsetOf(zone, language, now);
    return { value: zone, label: offset === '' ? zone : `${zone.replaceAll('_', ' ')} (${offset})` };
  });
}

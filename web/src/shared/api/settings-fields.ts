/**
 * Copies the fields named in a patch from one settings object into another. The other fields stay, because they may contain
 * changes that are still being sent or were made in the meantime.
 * @param patch names the fields; its values are not used
 * @param from has the values; a field that it lacks stays unchanged
 */
export function withFields<Settings extends object>(
  settings: Settings,
  patch: object,
  from: object | undefined,
): Settings {
  const changed = Object.entries(from ?? {}).filter(([name, value]) => name in patch && value != null);
  return { ...settings, ...Object.fromEntries(changed) };
}

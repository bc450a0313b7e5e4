/**
 * Settings with some fields as they are elsewhere: those alone that a patch names, so that a change which is still on its
 * way, or was made meanwhile, stays.
 * @param from has their values; a field that it lacks stays as it is
 */
export function withFields<Settings extends object>(
  settings: Settings,
  patch: object,
  from: object | undefined,
): Settings {
  const changed = Object.entries(from ?? {}).filter(([name, value]) => name in patch && value != null);
  return { ...settings, ...Object.fromEntries(changed) };
}

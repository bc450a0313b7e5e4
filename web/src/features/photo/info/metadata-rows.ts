export interface MetadataGroup {
  name: string;
  rows: { name: string; value: string }[];
}

/** What was read from a file, as tables: a group for each part of the file, names with dots for what lies in each other. */
export function metadataGroups(metadata: unknown): MetadataGroup[] {
  const groups: MetadataGroup[] = [];
  const loose: MetadataGroup = { name: '', rows: [] };
  for (const [name, value] of entriesOf(metadata)) {
    if (isNested(value)) groups.push({ name, rows: [...rowsOf(value)] });
    else loose.rows.push({ name, value: text(value) });
  }
  return [loose, ...groups].filter(({ rows }) => rows.length > 0);
}

function* rowsOf(value: unknown, prefix = ''): Generator<{ name: string; value: string }> {
  for (const [name, inner] of entriesOf(value)) {
    if (isNested(inner)) yield* rowsOf(inner, `${prefix}${name}.`);
    else yield { name: `${prefix}${name}`, value: text(inner) };
  }
}

/** A list of plain values is one value; one of objects is numbered. */
function isNested(value: unknown): value is object {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null);
  return typeof value === 'object' && value !== null;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

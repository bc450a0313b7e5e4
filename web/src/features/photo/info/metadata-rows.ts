export interface MetadataGroup {
  name: string;
  rows: { name: string; value: string }[];
}

/** Converts the metadata of a file into tables, one per group. Joins the names of nested values with dots. */
export function metadataGroups(metadata: unknown): MetadataGroup[] {
  const groups: MetadataGroup[] = [];
  const ungrouped: MetadataGroup = { name: '', rows: [] };
  for (const [name, value] of entriesOf(metadata)) {
    if (isNested(value)) groups.push({ name, rows: [...rowsOf(value)] });
    else ungrouped.rows.push({ name, value: text(value) });
  }
  return [ungrouped, ...groups].filter(({ rows }) => rows.length > 0);
}

function* rowsOf(value: unknown, prefix = ''): Generator<{ name: string; value: string }> {
  for (const [name, inner] of entriesOf(value)) {
    if (isNested(inner)) yield* rowsOf(inner, `${prefix}${name}.`);
    else yield { name: `${prefix}${name}`, value: text(inner) };
  }
}

/** Returns whether each element of a value has its own row. A list of plain values is shown in one row. */
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

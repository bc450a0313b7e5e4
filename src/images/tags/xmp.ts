import { MIB } from '../../config/units.ts';
import sax from 'sax';

type Value = string | number | boolean | Value[] | { [name: string]: Value };
type Properties = Record<string, Value>;

interface Element {
  name: Name;
  attributes: [name: Name, value: string][];
  children: Element[];
  text: string;
}

interface Name {
  prefix: string;
  local: string;
}

/** A larger packet, for example one that contains a phone's depth map, is ignored. */
const MAX_BYTES = MIB;
const MAX_ELEMENTS = 20_000;
const MAX_DEPTH = 32;
const CONTAINERS = new Set(['Bag', 'Seq', 'Alt']);
/** Prefixes of the syntax, not of properties. */
const SYNTAX = new Set(['rdf', 'xml', 'xmlns', 'x']);
/** Properties that XMP repeats from the first directory of a TIFF get the same group name as in EXIF. */
const RENAMED: Record<string, string> = { tiff: 'ifd0' };

/**
 * Reads an XMP packet (ISO 16684-1). Returns its properties by namespace prefix and name. A list of one item is
 * returned as that item. For a malformed packet, returns the properties before the error. The time taken is linear
 * in the length of the packet.
 */
export function readXmp(packet: Buffer): Record<string, Properties> {
  if (packet.length > MAX_BYTES) return {};
  const groups = new Map<string, Map<string, Value>>();
  for (const description of findDescriptions(readXml(packet.toString()))) {
    for (const [{ prefix, local }, value] of properties(description)) {
      const name = RENAMED[prefix] ?? prefix;
      const group = groups.get(name) ?? new Map<string, Value>();
      groups.set(name, group.set(local, value));
    }
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, Object.fromEntries(group)]));
}

/** Parses XML. Elements open at an error count as closed. Omits elements beyond MAX_DEPTH and MAX_ELEMENTS. */
function readXml(xml: string): Element {
  const root: Element = { name: toName(''), attributes: [], children: [], text: '' };
  const open = [root];
  let elements = 0;
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  const handlers: Partial<sax.SAXParser> = {
    onerror: (error) => {
      throw error;
    },
    onopentag: ({ name, attributes }) => {
      const element: Element = {
        name: toName(name),
        attributes: Object.entries(attributes).map(([attribute, value]) => [
          toName(attribute),
          String(value),
        ]),
        children: [],
        text: '',
      };
      elements += 1;
      if (open.length <= MAX_DEPTH && elements <= MAX_ELEMENTS) open.at(-1)?.children.push(element);
      open.push(element);
    },
    ontext: addText,
    oncdata: addText,
    onclosetag: () => {
      open.pop();
    },
  };
  const parser = Object.assign(sax.parser(true), handlers);
  try {
    parser.write(xml.slice(Math.max(xml.indexOf('<'), 0)));
  } catch {
    // Stops at the first error. White space and zeros after the packet are errors as well.
  }
  return root;
}

function toName(name: string): Name {
  const colon = name.indexOf(':');
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
}

function findDescriptions(element: Element): Element[] {
  if (isRdf(element, 'Description')) return [element];
  return element.children.flatMap(findDescriptions);
}

function isRdf({ name }: Element, local: string): boolean {
  return name.prefix === 'rdf' && name.local === local;
}

function properties({ attributes, children }: Element): [name: Name, value: Value][] {
  const written = [
    ...attributes.map(([name, value]): [Name, Value | undefined] => [name, scalar(value)]),
    ...children.map((child): [Name, Value | undefined] => [child.name, valueOf(child)]),
  ];
  return written.filter(
    (property): property is [Name, Value] => property[1] !== undefined && !SYNTAX.has(property[0].prefix),
  );
}

function valueOf(element: Element): Value | undefined {
  const [child] = element.children;
  if (child && element.children.length === 1) {
    if (child.name.prefix === 'rdf' && CONTAINERS.has(child.name.local)) return listOf(child);
    if (isRdf(child, 'Description')) return structure(child);
  }
  const fields = structure(element);
  return fields ?? scalar(element.text);
}

function listOf({ children }: Element): Value | undefined {
  const items = children.map(valueOf).filter((item) => item !== undefined);
  return items.length > 1 ? items : items[0];
}

function structure(element: Element): Value | undefined {
  const fields = properties(element);
  if (fields.length === 0) return undefined;
  return Object.fromEntries(fields.map(([{ local }, value]) => [local, value]));
}

/** Returns a number or a boolean if the conversion loses no information, otherwise text. */
function scalar(text: string): Value | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^true$/i.test(trimmed)) return true;
  if (/^false$/i.test(trimmed)) return false;
  const number = Number(trimmed);
  return String(number) === trimmed && Number.isFinite(number) ? number : trimmed;
}

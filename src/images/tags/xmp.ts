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

/** A phone's depth map inside its packet is not read for its dates. */
const MAX_BYTES = MIB;
const MAX_ELEMENTS = 20_000;
const MAX_DEPTH = 32;
const CONTAINERS = new Set(['Bag', 'Seq', 'Alt']);
/** Of the syntax, not of the picture. */
const SYNTAX = new Set(['rdf', 'xml', 'xmlns', 'x']);
/** What XMP repeats of a TIFF's first directory has the name that it has in EXIF. */
const RENAMED: Record<string, string> = { tiff: 'ifd0' };

/**
 * Reads an XMP packet (ISO 16684-1): its properties by the prefix of their namespace and their name. A list of one item is that
 * item. A packet that is malformed gives what stands before its fault; the time taken grows with its length and no faster.
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

/** Elements as they stand. What a fault leaves open counts as closed; what is too deep or too many is left out. */
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
    // At the first fault; white space and zeros behind the packet are one.
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

/** Text; a number or a truth where nothing is lost by that. */
function scalar(text: string): Value | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^true$/i.test(trimmed)) return true;
  if (/^false$/i.test(trimmed)) return false;
  const number = Number(trimmed);
  return String(number) === trimmed && Number.isFinite(number) ? number : trimmed;
}

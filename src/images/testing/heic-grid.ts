/** Returns the payload of the first box of this type, at any depth (ISO/IEC 14496-12, 4.2). */
function find(heic: Buffer, type: string): Buffer {
  const at = heic.indexOf(type, 0, 'latin1');
  return heic.subarray(at + 4, at - 4 + heic.readUInt32BE(at - 4));
}

function box(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const u8 = (...values: number[]): Buffer => Buffer.from(values);
function u16(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => u8(value >> 8, value & 255)));
}
function u32(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => u16(value >>> 16, value & 0xffff)));
}

export interface Grid {
  columns: number;
  rows: number;
  /** Width of the whole image; the tiles are cropped to it. */
  width: number;
  /** Height of the whole image; the tiles are cropped to it. */
  height: number;
  /** Anticlockwise quarter turns. */
  turns?: number;
}

/**
 * Returns a HEIC whose image consists of tiles, like that of a phone (ISO/IEC 23008-12, 6.6.2.3). Every tile has
 * the coded pixels and the decoder configuration of the only image of `heic`, which must be the fixture phone.heic.
 */
export function heicGrid(heic: Buffer, { columns, rows, width, height, turns = 0 }: Grid): Buffer {
  const tiles = Array.from({ length: columns * rows }, (_, index) => index + 1);
  const whole = tiles.length + 1;
  // iloc of phone.heic: the offset of item 1, and one extent that covers the whole item.
  const iloc = find(heic, 'iloc');
  const [offset, length] = [iloc.readUInt32BE(12), iloc.readUInt32BE(22)];
  const coded = heic.subarray(offset, offset + length);
  const grid = Buffer.concat([u8(0, 0, rows - 1, columns - 1), u16(width, height)]);
  const infe = (id: number, type: string) => box('infe', u32(0x02_00_00_00), u16(id, 0), type, u8(0));
  const properties = [
    box('hvcC', find(heic, 'hvcC')),
    box('ispe', find(heic, 'ispe')),
    box('ispe', u32(0, width, height)),
    box('irot', u8(turns)),
  ];
  const head = (dataAt: number) =>
    Buffer.concat([
      box('ftyp', 'heic', u32(0), 'mif1heic'),
      box(
        'meta',
        u32(0),
        box('hdlr', u32(0, 0), 'pict', u32(0, 0, 0), u8(0)),
        box('pitm', u32(0), u16(whole)),
        box('iinf', u32(0), u16(whole), ...tiles.map((id) => infe(id, 'hvc1')), infe(whole, 'grid')),
        box('iprp', box('ipco', ...properties), associations(tiles, whole)),
        box('iref', u32(0), box('dimg', u16(whole, tiles.length, ...tiles))),
        box(
          'iloc',
          u32(0x01_00_00_00),
          u16(0x44_00, whole),
          ...tiles.map((id) => Buffer.concat([u16(id, 0, 0, 1), u32(dataAt, coded.length)])),
          // Construction method 1: the data is in `idat`.
          u16(whole, 1, 0, 1),
          u32(0, grid.length),
        ),
        box('idat', grid),
      ),
    ]);
  return Buffer.concat([head(head(0).length + 8), box('mdat', coded)]);
}

/** Tiles have the first two properties, the whole image has the other two. All except the sizes are essential. */
function associations(tiles: number[], whole: number): Buffer {
  const items = tiles.map((id) => Buffer.concat([u16(id), u8(2, 0x81, 2)]));
  return box('ipma', u32(0), u32(whole), ...items, u16(whole), u8(2, 3, 0x84));
}

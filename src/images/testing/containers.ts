import { crc32, deflateSync } from 'node:zlib';

// Builds files that no encoder writes, byte by byte.

/** Returns a PNG chunk (ISO/IEC 15948, 5.3). */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** Returns a PNG of about 600 bytes that declares this size, in 1-bit greyscale. */
export function declaredPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([1, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(500_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Returns a GIF whose screen and frames declare this size, although each frame has the data of only one pixel. */
export function declaredGif(width: number, height: number, frames = 1): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  const frame = Buffer.from('!\xf9\x04\0\0\0\0\0,\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0', 'latin1');
  for (const [bytes, at] of [
    [screen, 6],
    [frame, 13],
  ] as const) {
    bytes.writeUInt16LE(width, at);
    bytes.writeUInt16LE(height, at + 2);
  }
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}

/** Returns a copy of a JPEG with a different size in its frame header (ITU-T T.81, B.2.2: height before width). */
export function redeclaredJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** Returns a copy of an AVIF or HEIC with a different size in its first `ispe` property. */
export function redeclaredHeif(heif: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(heif);
  const at = bytes.indexOf('ispe');
  bytes.writeUInt32BE(width, at + 8);
  bytes.writeUInt32BE(height, at + 12);
  return bytes;
}

/** Returns a copy of a JPEG with an additional segment at its start: APP1 if `app` is 1, and so on. */
export function withSegment(jpeg: Buffer, app: number, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  const head = Buffer.from([0xff, 0xe0 + app, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** Returns a copy of a JPEG with this EXIF block. */
export function withExif(jpeg: Buffer, tiff: Buffer): Buffer {
  return withSegment(jpeg, 1, 'Exif\0\0', tiff);
}

/** Returns a copy of a JPEG with this XMP packet. */
export function withXmp(jpeg: Buffer, packet: string): Buffer {
  return withSegment(jpeg, 1, 'http://ns.adobe.com/xap/1.0/\0', Buffer.from(packet));
}

/** Returns a copy of an animated WebP with `more` repetitions of its last frame (a RIFF chunk of even length). */
export function withFrames(webp: Buffer, more: number): Buffer {
  const frame = webp.subarray(webp.lastIndexOf('ANMF'));
  const bytes = Buffer.concat([webp, ...Array.from({ length: more }, () => frame)]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

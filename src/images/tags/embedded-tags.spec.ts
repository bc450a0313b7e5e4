import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { processImage } from '../worker/process-image.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-tags-'));
});
afterAll(() => rm(folder, { recursive: true }));

const plain = () => sharp({ create: { width: 16, height: 16, channels: 3, background: 'teal' } });
const tagged = () =>
  plain().withExif({
    IFD0: { Make: 'Example', Model: 'Model 1', Artist: 'A. Body' },
    IFD2: {
      DateTimeOriginal: '2024:05:01 09:30:00',
      OffsetTimeOriginal: '+02:00',
      SubSecTimeOriginal: '25',
      ExposureTime: '1/250',
      FNumber: '28/10',
      ISOSpeedRatings: '200',
    },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '48/1 51/1 3816/100',
      GPSLongitudeRef: 'E',
      GPSLongitude: '2/1 20/1 1536/100',
    },
  });
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
    exif:FNumber="99/10" exif:DateTimeOriginal="2001-01-01T00:00:00">
    <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>zwölf</rdf:li></rdf:Bag></dc:subject>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

async function capture(image: Sharp | Buffer) {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, Buffer.isBuffer(image) ? image : await image.toBuffer());
  return (await processImage(path, 1e6)).capture;
}

it.each([
  ['JPEG', (image: Sharp) => image.jpeg()],
  ['PNG', (image: Sharp) => image.png()],
  ['WebP', (image: Sharp) => image.webp()],
  ['AVIF', (image: Sharp) => image.avif({ effort: 0 })],
])('reads EXIF and XMP of a %s', async (_, encode) => {
  const { clock, camera, location, metadata } = await capture(encode(tagged().withXmp(XMP)));
  expect(clock).toEqual({ local: new Date('2024-05-01T09:30:00.250Z'), offsetMinutes: 120 });
  expect(camera).toMatchObject({
    make: 'Example',
    model: 'Model 1',
    iso: 200,
    aperture: 2.8,
    exposureTime: '1/250',
  });
  expect(location).toMatchObject({ latitude: 48.8606, longitude: 2.3376, city: 'Paris', country: 'France' });
  expect(metadata).toMatchObject({
    ifd0: { Make: 'Example', Artist: 'A. Body' },
    // From EXIF, not from the repetition in XMP.
    exif: { FNumber: 2.8, ExifVersion: expect.stringMatching(/^\d{4}$/) },
    xmp: { dc: { subject: ['sea', 'zwölf'] }, exif: { FNumber: expect.anything() } },
  });
});

it('reads the clock from XMP if there is no EXIF', async () => {
  const { clock, camera } = await capture(plain().withXmp(XMP).png());
  expect(clock).toEqual({ local: new Date('2001-01-01T00:00:00Z'), offsetMinutes: null });
  expect(camera).toBeNull();
});

it('reads EXIF of a HEIC with many brands', async () => {
  const { clock, camera, location } = (
    await processImage(join(import.meta.dirname, '../fixtures', 'phone.heic'), 1e6)
  ).capture;
  expect(clock).toEqual({ local: new Date('2024-05-01T09:30:00.250Z'), offsetMinutes: 120 });
  expect(camera).toMatchObject({ make: 'Example', model: 'Phone 1' });
  expect(location).toMatchObject({ city: 'Paris' });
});

it.each([false, true])('reads the tags of a TIFF (with 64-bit offsets: %s)', async (bigtiff) => {
  const { metadata } = await capture(plain().withXmp(XMP).tiff({ bigtiff }));
  expect(metadata).toMatchObject({
    ifd0: { ImageWidth: 16, ImageHeight: 16 },
    xmp: { dc: { subject: ['sea', 'zwölf'] } },
  });
});

it('reads IPTC in UTF-8 and in Latin-1', async () => {
  const dataset = (id: number, value: Buffer) =>
    Buffer.concat([Buffer.from([0x1c, 2, id, value.length >> 8, value.length & 255]), value]);
  const iptc = Buffer.concat([
    dataset(25, Buffer.from('zwölf')),
    dataset(25, Buffer.from('zwölf', 'latin1')),
    dataset(120, Buffer.from('a caption')),
  ]);
  const resource = Buffer.concat([
    Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0', 'latin1'),
    Buffer.alloc(2),
    iptc,
  ]);
  resource.writeUInt16BE(iptc.length, resource.length - iptc.length - 2);
  const segment = Buffer.concat([Buffer.from([0xff, 0xed, 0, 0]), resource]);
  segment.writeUInt16BE(resource.length + 2, 2);
  const jpeg = await plain().jpeg().toBuffer();
  const { metadata } = await capture(Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]));
  expect(metadata).toMatchObject({ iptc: { Keywords: ['zwölf', 'zwölf'], Caption: 'a caption' } });
});

it('returns no facts for a file without tags', async () => {
  expect(await capture(plain().webp())).toEqual({
    clock: null,
    gpsTime: null,
    camera: null,
    location: null,
    metadata: {},
  });
});

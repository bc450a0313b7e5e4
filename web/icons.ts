/**
 * Renders the PNG icons of the installed app from public/icon.svg. Run `npm run icons -w web` after a change of the SVG.
 * Systems crop a maskable icon to various shapes, so its drawing fits into the middle 80 % and its background is square.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = join(import.meta.dirname, 'public');
const drawing = await readFile(join(folder, 'icon.svg'), 'utf8');

const [, ground] = /<rect[^>]*fill="(#[0-9a-f]+)"/.exec(drawing) ?? [];
if (ground === undefined) throw new Error('icon.svg has no <rect> with a fill as its background.');
const inner = drawing.replace(/<rect[^>]*\/>/, '').replace(/<\/?svg[^>]*>/g, '');
const maskable = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${ground}"/>
  <g transform="translate(32 32) scale(0.74) translate(-32 -34)">${inner}</g></svg>`;

const files = [
  { name: 'icon-192.png', svg: drawing, size: 192 },
  { name: 'icon-512.png', svg: drawing, size: 512 },
  { name: 'icon-maskable-512.png', svg: maskable, size: 512 },
  { name: 'apple-touch-icon.png', svg: maskable, size: 180 },
];
for (const { name, svg, size } of files) {
  const density = (72 * size) / 64;
  const png = await sharp(Buffer.from(svg), { density }).resize(size, size).png({ palette: true }).toBuffer();
  await writeFile(join(folder, name), png);
}

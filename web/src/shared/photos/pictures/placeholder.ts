import { thumbHashToDataURL } from 'thumbhash';

const KEPT = 3_000;
const drawn = new Map<string, string>();

/** The blurred picture of a thumbhash (base64) as a CSS image; empty where it is none. */
export function placeholderImage(thumbhash: string): string {
  const known = drawn.get(thumbhash);
  if (known !== undefined) return known;
  if (drawn.size >= KEPT) drawn.delete(drawn.keys().next().value ?? '');
  const image = draw(thumbhash);
  drawn.set(thumbhash, image);
  return image;
}

function draw(thumbhash: string): string {
  try {
    return `url(${thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (byte) => byte.charCodeAt(0)))})`;
  } catch {
    return '';
  }
}

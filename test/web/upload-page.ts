import { randomBytes } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

export interface DroppedFile {
  name: string;
  bytes: Buffer;
  type?: string;
}

/** Makes photos of about `bytes` bytes each from random pixels, so that they do not compress. */
export function incompressiblePhotos(count: number, bytes: number): Promise<Buffer[]> {
  const width = 400;
  const height = Math.ceil(bytes / (width * 3));
  const raw = { width, height, channels: 3 } as const;
  const photo = () =>
    sharp(randomBytes(width * height * 3), { raw })
      .png({ compressionLevel: 0 })
      .toBuffer();
  return Promise.all(Array.from({ length: count }, photo));
}

/** Dispatches an event to the page as if the user dragged these files over it, dropped them or pasted them. */
export async function dispatchFiles(
  page: Page,
  type: 'dragenter' | 'drop' | 'paste',
  files: readonly DroppedFile[],
): Promise<void> {
  const sent = files.map(({ name, bytes, type = 'image/jpeg' }) => ({
    name,
    type,
    base64: bytes.toString('base64'),
  }));
  await page.evaluate(`{
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of ${JSON.stringify(sent)}) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    const init = { bubbles: true, cancelable: true, dataTransfer: transfer, clipboardData: transfer };
    const Kind = ${type === 'paste' ? 'ClipboardEvent' : 'DragEvent'};
    document.body.dispatchEvent(new Kind('${type}', init));
  }`);
}

/** The row of the file with this name. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
}

/** Waits until the row of a file contains a text. */
export function waitForRow(page: Page, name: string, text: string): Promise<void> {
  return row(page, name).filter({ hasText: text }).waitFor();
}

/** Returns a function that limits the upload rate of the page in bytes per second; 0 removes the limit. */
export async function uploadLimiter(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  return async (bytesPerSecond) => {
    const conditions = {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond || -1,
    };
    await devtools.send('Network.emulateNetworkConditions', conditions);
  };
}

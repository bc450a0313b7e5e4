import { safeFilename } from './filename.ts';

describe('safeFilename', () => {
  it.each([
    ['IMG_0001.JPG', 'IMG_0001.JPG'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\beach.jpg', 'beach.jpg'],
    ['a\u0000b\u0007.png', 'ab.png'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['cafe\u0301.jpg', 'caf\u00E9.jpg'],
    ['夏休み🌻.heic', '夏休み🌻.heic'],
    ['', 'photo'],
    ['..', 'photo'],
    ['dir/', 'photo'],
    ['\u202E\u0000', 'photo'],
    ['\uD800.jpg', '\uFFFD.jpg'],
  ])('turns %j into %j', (sent, safe) => {
    expect(safeFilename(sent)).toBe(safe);
  });

  it.each(['x'.repeat(300), '写'.repeat(300), '👨‍👩‍👧‍👦'.repeat(300)])(
    'truncates a long name to 255 bytes and keeps its extension',
    (stem) => {
      const safe = safeFilename(`${stem}.jpeg`);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
      expect(safe.endsWith('.jpeg')).toBe(true);
      expect(safe.isWellFormed()).toBe(true);
      expect(`${stem}.jpeg`.startsWith(safe.slice(0, -5))).toBe(true);
    },
  );

  it('truncates an extension that is longer than 32 bytes', () => {
    expect(Buffer.byteLength(safeFilename(`a.${'b'.repeat(400)}`))).toBe(255);
  });
});

import { isClutter, type Entry, type FileEntry, type FolderEntry, walk } from './folder-walk.ts';

const base = (name: string) => ({ name, isFile: false, isDirectory: false });

function file(name: string): FileEntry {
  return { ...base(name), isFile: true, file: (done) => done(new File(['x'], name)) };
}

function locked(name: string): FileEntry {
  return {
    ...base(name),
    isFile: true,
    file: (_, failed) => failed?.(new DOMException('', 'NotReadableError')),
  };
}

/** A folder whose reader returns two entries per call. In a browser, a reader returns up to 100. */
function folder(name: string, entries: Entry[]): FolderEntry {
  const createReader = () => {
    let at = 0;
    return { readEntries: (done: (part: Entry[]) => void) => done(entries.slice(at, (at += 2))) };
  };
  return { ...base(name), isDirectory: true, createReader };
}

async function paths(entries: Entry[]): Promise<string[]> {
  const found: string[] = [];
  for await (const {
    file: { name },
    folder: inside,
  } of walk(entries))
    found.push(`${inside}/${name}`);
  return found;
}

describe('walk', () => {
  it('finds the files in nested folders, sorted by name', async () => {
    const trip = folder('Trip', [
      file('b.jpg'),
      folder('Day 2', [file('e.jpg')]),
      file('a.jpg'),
      file('c.jpg'),
      file('d.jpg'),
    ]);
    expect(await paths([trip, file('alone.jpg')])).toEqual([
      'Trip/Day 2/e.jpg',
      'Trip/a.jpg',
      'Trip/b.jpg',
      'Trip/c.jpg',
      'Trip/d.jpg',
      '/alone.jpg',
    ]);
  });

  it('skips hidden and system files in folders, but not entries that were chosen individually', async () => {
    const entries = [
      folder('.photos', [file('a.jpg'), file('.DS_Store'), file('Thumbs.db'), folder('.git', [file('x')])]),
    ];
    expect(await paths(entries)).toEqual(['.photos/a.jpg']);
    expect(await paths([file('.hidden.jpg')])).toEqual(['/.hidden.jpg']);
  });

  it('skips unreadable files and folders', async () => {
    const broken: FolderEntry = {
      ...base('broken'),
      isDirectory: true,
      createReader: () => ({
        readEntries: (_, failed) => failed?.(new DOMException('', 'NotReadableError')),
      }),
    };
    expect(await paths([broken, folder('good', [locked('a.jpg'), file('b.jpg')])])).toEqual(['good/b.jpg']);
  });

  it('terminates for a folder that contains itself', async () => {
    const entries: Entry[] = [file('a.jpg')];
    const loop = folder('loop', entries);
    entries.push(loop);
    expect((await paths([loop])).length).toBeLessThanOrEqual(50);
  });
});

it('detects clutter anywhere in a path', () => {
  expect(['a/.git/b.jpg', 'desktop.ini', '__MACOSX/._a.jpg'].every(isClutter)).toBe(true);
  expect(['a.jpg', 'b/c.d/e.jpg'].some(isClutter)).toBe(false);
});

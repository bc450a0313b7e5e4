import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type FailureKind, UploadFailure } from './retry.ts';
import type { CompleteResult, DeclareResult, UploadTransport } from '../transport/upload-transport.ts';
import { UploadQueue } from './upload-queue.ts';
import { underWay } from './uploads-snapshot.ts';

const photo = (id: string) => ({ id, thumbnailUrl: `/media/${id}` });

/** A library in memory whose requests can be made to fail. */
class Library implements UploadTransport {
  readonly photos = new Map<string, { isTrashed: boolean }>();
  readonly targets = new Map<string, { checksum: string; hasBytes: boolean }>();
  readonly declaredAtOnce: number[] = [];
  readonly puts: string[] = [];
  readonly failures: { puts: FailureKind[]; declares: FailureKind[]; completes: FailureKind[] } = {
    puts: [],
    declares: [],
    completes: [],
  };
  sending = 0;
  mostSending = 0;
  /** PUT requests end when this promise resolves. */
  connection: Promise<void> = Promise.resolve();
  reachable = Promise.resolve();
  #lastId = 0;

  async hash(file: File): Promise<string> {
    if (file.name === 'gone.jpg') throw new UploadFailure('unreadable');
    return createHash('sha256')
      .update(await file.text())
      .digest('hex');
  }

  async declare(files: { checksum: string; filename: string }[]): Promise<DeclareResult[]> {
    this.#fail(this.failures.declares);
    this.declaredAtOnce.push(files.length);
    return files.map(({ checksum, filename }) => {
      const known = this.photos.get(checksum);
      if (known) return { kind: 'duplicate', photo: photo(checksum), isTrashed: known.isTrashed };
      if (filename === 'full.jpg') return { kind: 'refused', code: 'QUOTA_EXCEEDED' };
      const id = String(++this.#lastId);
      this.targets.set(id, { checksum, hasBytes: false });
      return { kind: 'target', target: { id, url: `/uploads/${id}`, method: 'PUT', headers: [] } };
    });
  }

  async put(
    { id }: { id: string },
    file: File,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.sending += 1;
    this.mostSending = Math.max(this.mostSending, this.sending);
    try {
      await delay(1);
      onProgress(1);
      await this.connection;
      signal.throwIfAborted();
      this.puts.push(file.name);
      this.#fail(this.failures.puts);
      const target = this.targets.get(id);
      if (target) target.hasBytes = true;
    } finally {
      this.sending -= 1;
    }
  }

  async complete(ids: string[]): Promise<CompleteResult[]> {
    this.#fail(this.failures.completes);
    return ids.map((id) => {
      const target = this.targets.get(id);
      if (!target) return { kind: 'unknown' };
      if (!target.hasBytes) return { kind: 'refused', code: 'UPLOAD_INCOMPLETE' };
      this.photos.set(target.checksum, { isTrashed: false });
      return { kind: 'photo', photo: photo(target.checksum) };
    });
  }

  whenReachable(): Promise<void> {
    return this.reachable;
  }

  #fail(failures: FailureKind[]): void {
    const kind = failures.shift();
    if (kind) throw new UploadFailure(kind, { retryAfterMs: 20, requestId: 'r-1' });
  }
}

let library: Library;
let queue: UploadQueue;
beforeEach(() => {
  library = new Library();
  queue = new UploadQueue({ transport: library, maxFileBytes: () => 1_000, onChange: () => undefined });
});

const chosen = (...names: string[]) =>
  names.map((name) => ({ file: new File([`bytes of ${name.replace(/^copy of /, '')}`], name), folder: '' }));
const states = () => queue.snapshot().items.map(({ name, state }) => `${name} ${state}`);
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}
const settled = () => until(() => underWay(queue.snapshot().totals) === 0);

describe('UploadQueue', () => {
  it('uploads all files, four in parallel, and declares them in batches', async () => {
    const names = Array.from({ length: 250 }, (_, at) => `${at}.jpg`);
    queue.add(chosen(...names));
    await settled();
    expect(queue.snapshot().totals).toMatchObject({ files: 250, count: { done: 250 } });
    expect(library.photos.size).toBe(250);
    expect(library.mostSending).toBe(4);
    expect(Math.max(...library.declaredAtOnce)).toBeLessThanOrEqual(100);
    expect(library.declaredAtOnce.length).toBeLessThan(60);
  });

  it('does not send files that are in the library, and sends equal files only once', async () => {
    const checksum = await library.hash(new File(['bytes of old.jpg'], 'old.jpg'));
    library.photos.set(checksum, { isTrashed: true });
    queue.add(chosen('old.jpg', 'a.jpg', 'copy of a.jpg', 'b.jpg'));
    await settled();
    expect(states()).toEqual(['old.jpg trashed', 'a.jpg done', 'copy of a.jpg duplicate', 'b.jpg done']);
    expect(library.puts.toSorted()).toEqual(['a.jpg', 'b.jpg']);
    const [old] = queue.snapshot().items;
    queue.restored([old?.id ?? 0]);
    expect(states()[0]).toBe('old.jpg duplicate');
  });

  it('uploads a thousand equal files with few requests', async () => {
    const files = Array.from({ length: 1_000 }, (_, at) => new File(['the same'], `${at}.jpg`));
    queue.add(files.map((file) => ({ file, folder: '' })));
    await settled();
    expect(queue.snapshot().totals.count).toMatchObject({ done: 1, duplicate: 999 });
    expect(library.puts).toHaveLength(1);
    expect(library.declaredAtOnce.length).toBeLessThan(100);
  });

  it('fails each invalid file for its own reason and uploads the others', async () => {
    const video = new File(['x'], 'film.mov', { type: 'video/quicktime' });
    const large = new File(['x'.repeat(1_001)], 'large.jpg');
    queue.add([
      ...chosen('gone.jpg', 'full.jpg', 'a.jpg'),
      { file: video, folder: '' },
      { file: large, folder: '' },
    ]);
    await settled();
    expect(queue.snapshot().items.map(({ reason }) => reason)).toEqual([
      'UNREADABLE',
      'QUOTA_EXCEEDED',
      null,
      'UNSUPPORTED_FORMAT',
      'FILE_TOO_LARGE',
    ]);
    expect(queue.snapshot().totals.retryable).toBe(2);
    expect(library.puts).toEqual(['a.jpg']);
  });

  it('pauses while the service is unreachable, and then resumes', async () => {
    const back = Promise.withResolvers<void>();
    library.reachable = back.promise;
    library.failures.puts = ['offline', 'offline'];
    queue.add(chosen('a.jpg', 'b.jpg', 'c.jpg'));
    await until(() => queue.snapshot().pauseReason === 'offline');
    await delay(30);
    const sent = library.puts.length;
    await delay(30);
    expect(library.puts).toHaveLength(sent);
    back.resolve();
    await settled();
    expect(queue.snapshot()).toMatchObject({ pauseReason: null, totals: { count: { done: 3 } } });
  });

  it.each(['busy', 'signed-out'] as const)('retries without a limit after %s', async (kind) => {
    library.failures.puts = Array.from({ length: 20 }, () => kind);
    library.failures.declares = [kind];
    library.failures.completes = [kind];
    queue.add(chosen('a.jpg'));
    await settled();
    expect(states()).toEqual(['a.jpg done']);
  });

  it('requests another target if a target has expired or is unknown', async () => {
    library.failures.puts = ['target-gone'];
    queue.add(chosen('a.jpg'));
    await settled();
    expect(states()).toEqual(['a.jpg done']);
    expect(library.targets.size).toBe(2);
  });

  it('pauses immediately, and resumes with the same targets', async () => {
    const connection = Promise.withResolvers<void>();
    library.connection = connection.promise;
    queue.add(chosen('a.jpg', 'b.jpg'));
    await until(() => library.sending === 2);
    queue.pause();
    expect(queue.snapshot()).toMatchObject({
      isPaused: true,
      totals: { pastBytes: 0, count: { declared: 2 } },
    });
    connection.resolve();
    await delay(20);
    expect(library.puts).toEqual([]);
    queue.resume();
    await settled();
    expect(library.targets.size).toBe(2);
    expect(states()).toEqual(['a.jpg done', 'b.jpg done']);
  });

  it('cancels one item or all, and retries a cancelled item', async () => {
    library.connection = new Promise(() => undefined);
    queue.add(chosen('a.jpg', 'b.jpg'));
    await until(() => library.sending === 2);
    const [first] = queue.snapshot().items;
    queue.cancel([first?.id ?? 0]);
    expect(states()).toEqual(['a.jpg cancelled', 'b.jpg sending']);
    queue.cancel();
    library.connection = Promise.resolve();
    queue.retry([first?.id ?? 0]);
    await settled();
    expect(states()).toEqual(['a.jpg done', 'b.jpg cancelled']);
    expect(library.puts).toEqual(['a.jpg']);
  });

  it('clears only settled items', async () => {
    queue.add(chosen('a.jpg'));
    await settled();
    library.connection = new Promise(() => undefined);
    queue.add(chosen('b.jpg'));
    await until(() => library.sending === 1);
    queue.clear();
    expect(states()).toEqual(['b.jpg sending']);
    queue.cancel();
  });

  it('keeps the request ID of a failure', async () => {
    library.hash = () => Promise.reject(new UploadFailure('unreadable', { requestId: 'r-9' }));
    queue.add(chosen('a.jpg'));
    await settled();
    expect(queue.snapshot().items[0]).toMatchObject({ state: 'failed', requestId: 'r-9' });
  });
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TIMEOUT_MS = 60_000;

/**
 * Makes renditions with bare sharp in a number of processes. This is the upper limit of ingestion on this machine.
 */
export class SharpLimit {
  readonly #children: ChildProcess[];

  constructor(processes: number) {
    this.#children = Array.from({ length: processes }, () =>
      fork(join(import.meta.dirname, 'sharp-process.ts'), { execArgv: [] }),
    );
  }

  /** Describes the renditions that are made of one file. */
  async recipe(path: string): Promise<string> {
    const [child] = this.#children;
    if (!child) throw new Error('SharpLimit has no processes.');
    const made = await render(child, path);
    return `decoded once; thumbnail ${made.thumbnail}; preview ${made.preview}; by src/images/decode/decode.ts and src/images/renditions/renditions.ts`;
  }

  /** Makes the renditions of all files with some of the processes. Returns the duration in ms. */
  async run(paths: readonly string[], processes = this.#children.length): Promise<number> {
    const left = [...paths];
    const start = performance.now();
    const work = async (child: ChildProcess): Promise<void> => {
      for (let path = left.pop(); path; path = left.pop()) await render(child, path);
    };
    await Promise.all(this.#children.slice(0, processes).map(work));
    return performance.now() - start;
  }

  /** Makes the renditions of one file in each process, so that code and libraries are loaded. */
  async warm(path: string): Promise<void> {
    await Promise.all(this.#children.map((child) => render(child, path)));
  }

  close(): void {
    for (const child of this.#children) if (child.connected) child.disconnect();
  }
}

async function render(child: ChildProcess, path: string): Promise<{ thumbnail: string; preview: string }> {
  const response = once(child, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  child.send(path);
  const [made] = await response;
  return made;
}

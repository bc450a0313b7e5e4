import fs from 'node:fs';
import { type Around, methodOf, tapFiles } from './taps.ts';

// Loaded before the service (`node --import`): while the file FAIL_WHILE is there, the calls that it names fail.

/** The content of the file. */
export interface Fault {
  /** A pattern of the call: `link FROM TO`, `open PATH FLAGS`, `write PATH`, ... */
  match: string;
  /** As errno(3) names it. */
  code: string;
}

const flag = process.env['FAIL_WHILE'] ?? '';
const paths = new Map<number, string>();

function failureOf(what: string): NodeJS.ErrnoException | null {
  if (!fs.existsSync(flag)) return null;
  const { match, code }: Fault = JSON.parse(fs.readFileSync(flag, 'utf8'));
  if (!new RegExp(match).test(what)) return null;
  const [syscall] = what.split(' ');
  return Object.assign(new Error(`${code}: ${what}`), { code, syscall });
}

const around: Around = async (what, run) => {
  const failure = failureOf(what);
  if (failure) throw failure;
  const result = await run();
  if (what.startsWith('open ')) tapHandle(result as fs.promises.FileHandle, what.split(' ')[1] ?? '');
  return result;
};

function tapHandle(handle: fs.promises.FileHandle, path: string): void {
  const writeFile = methodOf(handle, 'writeFile');
  handle.writeFile = (...args) =>
    around(`write ${path}`, () => Reflect.apply(writeFile, handle, args)) as Promise<void>;
}

/** A function that ends with a callback; `what` gives the call's name and path. */
function tapCallback(
  name: 'open' | 'write' | 'writev',
  what: (first: unknown, second: unknown) => string,
): void {
  const original: (...args: never[]) => void = fs[name];
  Reflect.set(fs, name, (...args: unknown[]) => {
    const done = args.at(-1) as (error: Error | null, result?: unknown) => void;
    const failure = failureOf(what(args[0], args[1]));
    if (failure) return process.nextTick(done, failure);
    if (name === 'open')
      args[args.length - 1] = (error: Error | null, fd: number) => {
        paths.set(fd, String(args[0]));
        done(error, fd);
      };
    return Reflect.apply(original, fs, args);
  });
}

// Streams to files.
tapCallback('open', (path, flags) => `open ${String(path)} ${String(flags)}`);
tapCallback('write', (fd) => `write ${paths.get(Number(fd))}`);
tapCallback('writev', (fd) => `write ${paths.get(Number(fd))}`);
tapFiles(around);

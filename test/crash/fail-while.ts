import fs from 'node:fs';
import { interceptFileCalls, type Interceptor, methodOf } from './interceptors.ts';

// Loaded before the service (`node --import`). While the file at the path FAIL_WHILE exists, the calls that it
// describes fail.

/** The content of the file, as JSON. */
export interface Fault {
  /**
   * A regular expression that matches the description of the call: `link FROM TO`, `open PATH FLAGS`, `write PATH`,
   * ...
   */
  match: string;
  /** An error name of errno(3), for example ENOSPC. */
  code: string;
}

const flag = process.env['FAIL_WHILE'] ?? '';
const paths = new Map<number, string>();

function failureOf(call: string): NodeJS.ErrnoException | null {
  if (!fs.existsSync(flag)) return null;
  const { match, code }: Fault = JSON.parse(fs.readFileSync(flag, 'utf8'));
  if (!new RegExp(match).test(call)) return null;
  const [syscall] = call.split(' ');
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall });
}

const interceptor: Interceptor = async (call, run) => {
  const failure = failureOf(call);
  if (failure) throw failure;
  const result = await run();
  if (call.startsWith('open ')) interceptHandle(result as fs.promises.FileHandle, call.split(' ')[1] ?? '');
  return result;
};

function interceptHandle(handle: fs.promises.FileHandle, path: string): void {
  const writeFile = methodOf(handle, 'writeFile');
  handle.writeFile = (...args) =>
    interceptor(`write ${path}`, () => Reflect.apply(writeFile, handle, args)) as Promise<void>;
}

/** Intercepts a function that takes a callback. `describe` returns the description of the call. */
function interceptCallback(
  name: 'open' | 'write' | 'writev',
  describe: (first: unknown, second: unknown) => string,
): void {
  const original: (...args: never[]) => void = fs[name];
  Reflect.set(fs, name, (...args: unknown[]) => {
    const done = args.at(-1) as (error: Error | null, result?: unknown) => void;
    const failure = failureOf(describe(args[0], args[1]));
    if (failure) return process.nextTick(done, failure);
    if (name === 'open')
      args[args.length - 1] = (error: Error | null, fd: number) => {
        paths.set(fd, String(args[0]));
        done(error, fd);
      };
    return Reflect.apply(original, fs, args);
  });
}

// File streams use the callback functions.
interceptCallback('open', (path, flags) => `open ${String(path)} ${String(flags)}`);
interceptCallback('write', (fd) => `write ${paths.get(Number(fd))}`);
interceptCallback('writev', (fd) => `write ${paths.get(Number(fd))}`);
interceptFileCalls(interceptor);

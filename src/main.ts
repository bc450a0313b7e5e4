import { HEAP_GROWING } from './config/v8-flags.ts';
import { StartError } from './config/start-error.ts';
import { setFlagsFromString } from 'node:v8';
import { loadConfig } from './config/config.ts';

// File operations and the database share libuv's thread pool. With its default of 4 threads, a slow disk would
// block all queries. libuv reads the variable when it creates the pool, so it is set before other modules are loaded.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

setFlagsFromString(HEAP_GROWING);

/** Platforms send SIGKILL 10 s after SIGTERM. */
const STOP_WITHIN_MS = 9_000;

/** Node's default of 5 minutes is too short for a large file over a slow connection. */
const REQUEST_WITHIN_MS = 30 * 60_000;

const NODE_MAJOR = 24;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const { createApp } = await import('./app.ts');
  const app = await createApp(config);
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
    process.stderr.write(`${signal}: stopping.\n`);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  app.getHttpServer().requestTimeout = REQUEST_WITHIN_MS;
  await app.listen(config.port, config.host);
  process.stderr.write(
    `ImgStream listens at ${(await app.getUrl()).replace(/127\.0\.0\.1|\[::1\]/, 'localhost')}\n`,
  );
}

/** Prints the error and exits. Only unexpected errors are printed with their stack. */
function fail(error: unknown): void {
  const text =
    error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${explain(error) ?? text}\n`);
  process.exit(1);
}

function explain(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return null;
  const { code, port } = error;
  if (code === 'EADDRINUSE')
    return `Port ${String(port)} is in use. Set PORT to another port, or stop the process that uses it.`;
  if (code === 'EACCES') return `This user may not open port ${String(port)}. Set PORT to a port above 1023.`;
  return null;
}

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  process.stderr.write(
    `ImgStream requires Node.js ${NODE_MAJOR} or later. This is version ${process.versions.node}.\n`,
  );
  process.exit(1);
}
main().catch(fail);

import { HEAP_GROWING } from './config/v8-flags.ts';
import { StartError } from './config/start-error.ts';
import { setFlagsFromString } from 'node:v8';
import { loadConfig } from './config/config.ts';

// Files and the database share libuv's threads, of which there are 4 by default: one slow disk would hold every query
// back. It is read when the first of them is needed, hence before anything else is loaded.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

setFlagsFromString(HEAP_GROWING);

/** Platforms give 10 s between SIGTERM and SIGKILL. */
const STOP_WITHIN_MS = 9_000;

/** A large file over a slow line takes its time; Node's own bound is 5 minutes. */
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

/** What keeps the service from running is said in words, and with its stack only where nobody foresaw it. */
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
    return `Port ${String(port)} is in use; set PORT to another, or stop what uses it.`;
  if (code === 'EACCES')
    return `Port ${String(port)} may not be opened by this user; set PORT to one above 1023.`;
  return null;
}

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  process.stderr.write(`ImgStream needs Node.js ${NODE_MAJOR} or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}
main().catch(fail);

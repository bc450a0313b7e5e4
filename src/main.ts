import { ConfigError, loadConfig } from './config/config.ts';
import { createApp } from './app.ts';

/** Platforms give 10 s between SIGTERM and SIGKILL. */
const STOP_WITHIN_MS = 9_000;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
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
  await app.listen(config.port, config.host);
  process.stderr.write(
    `ImgStream listens at ${(await app.getUrl()).replace(/127\.0\.0\.1|\[::1\]/, 'localhost')}\n`,
  );
}

/** What keeps the service from running is said in words, and with its stack only where nobody foresaw it. */
function fail(error: unknown): void {
  const foreseen =
    error instanceof ConfigError || (error instanceof Error && error.name === 'DatabaseStartError');
  const text = error instanceof Error ? (foreseen ? error.message : error.stack) : String(error);
  process.stderr.write(`${explain(error) ?? text}\n`);
  process.exit(1);
}

function explain(error: unknown): string | null {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is in use; set PORT to another, or stop what uses it.`;
  if (code === 'EACCES' && port)
    return `Port ${port} may not be opened by this user; set PORT to one above 1023.`;
  return null;
}

main().catch(fail);

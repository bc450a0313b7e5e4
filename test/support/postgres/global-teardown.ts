/** Stops the server of global-setup.ts. */
export default async function tearDown(): Promise<void> {
  await globalThis.testPgBouncer?.stop();
  globalThis.testPgBouncer = undefined;
  await globalThis.testPostgres?.stop();
  globalThis.testPostgres = undefined;
}

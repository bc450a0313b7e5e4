/**
 * Milliseconds of processor time that this process takes for some work, all of its threads together. On a busy machine the
 * same work takes longer, and no more of this.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

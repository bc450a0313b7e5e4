/** Ids that one mutation takes. */
const BATCH = 1_000;

/**
 * Sends ids in as many mutations as they need, one behind the other.
 * @returns the outcomes in the order of the ids; fewer where one failed, whose error goes with them
 */
export async function inBatches<Outcome>(
  ids: readonly string[],
  send: (ids: string[]) => Promise<readonly Outcome[]>,
  batch = BATCH,
): Promise<{ outcomes: Outcome[]; error: unknown }> {
  const outcomes: Outcome[] = [];
  try {
    for (let at = 0; at < ids.length; at += batch) outcomes.push(...(await send(ids.slice(at, at + batch))));
  } catch (error) {
    return { outcomes, error };
  }
  return { outcomes, error: null };
}

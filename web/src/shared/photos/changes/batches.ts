/** The number of ids that one mutation accepts. */
const BATCH = 1_000;

/**
 * Sends ids in as many mutations as needed, one after the other. Stops at the first failure.
 * @returns the outcomes in the order of the ids, only those before the failure; the error of the failure, or null
 */
export async function inBatches<Outcome>(
  ids: readonly string[],
  send: (ids: string[]) => Promise<readonly Outcome[]>,
  batch = BATCH,
): Promise<{ outcomes: Outcome[]; error: unknown }> {
  const outcomes: Outcome[] = [];
  try {
    for (let start = 0; start < ids.length; start += batch)
      outcomes.push(...(await send(ids.slice(start, start + batch))));
  } catch (error) {
    return { outcomes, error };
  }
  return { outcomes, error: null };
}

/** Ids that one mutation takes. */
const BATCH = 1_000;

/** Sends ids in as many mutations as they need, one behind the other, and gives all outcomes in the order of the ids. */
export async function inBatches<Outcome>(
  ids: readonly string[],
  send: (ids: string[]) => Promise<readonly Outcome[]>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < ids.length; at += BATCH) outcomes.push(...(await send(ids.slice(at, at + BATCH))));
  return outcomes;
}

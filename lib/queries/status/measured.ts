import { crossedTriggers, factsFromSignals } from "#lib/domain/facts-from-signals.ts";
import { db } from "#lib/platform/db/client.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { latestSignals } from "#lib/queries/signal/latest.ts";

/** Whether what was measured in the last two minutes crosses a threshold of the playbook. No measurement: silent. */
export async function measured(
  serviceId: string,
  environments: readonly string[],
  playbookId: string,
  now: Date,
): Promise<"fine" | "failing" | "silent"> {
  const playbook = await currentPlaybook(db(), playbookId);
  let isSilent = environments.length === 0;
  for (const environment of environments) {
    const { facts } = factsFromSignals(
      playbook.document,
      await latestSignals(serviceId, environment, now),
      now,
    );
    if (Object.keys(facts).length === 0) isSilent = true;
    if (crossedTriggers(playbook.document, facts).length > 0) return "failing";
  }
  return isSilent ? "silent" : "fine";
}

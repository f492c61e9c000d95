import type { Actor } from "#lib/domain/actor.ts";
import { factsFromSignals, type Measured } from "#lib/domain/facts-from-signals.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { loadPlace, loadService } from "#lib/queries/service/load-place.ts";
import { recentSignals } from "#lib/queries/signal/recent.ts";

/** What the signals answer of the facts that the service's playbook asks, to prefill the first questions. */
export async function measuredFacts(actor: Actor, serviceId: string, environment: string): Promise<Measured> {
  const systems = await readableSystems(actor, "service.read");
  const service = await loadService(db(), serviceId);
  requireReadable(systems, service.system, "service");
  await loadPlace(db(), serviceId, environment);
  const now = new Date();
  const playbook = await currentPlaybook(db(), service.playbookId);
  return factsFromSignals(playbook.document, await recentSignals(db(), serviceId, environment, now), now);
}

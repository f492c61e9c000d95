import { AlreadyKnown } from "#lib/commands/signal/already-known.ts";
import { clearTrigger } from "#lib/commands/signal/clear-trigger.ts";
import { fireTrigger } from "#lib/commands/signal/fire-trigger.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { decideIncident } from "#lib/commands/incident/decide.ts";
import { factsFromSignals, freshMs, type Sample } from "#lib/domain/facts-from-signals.ts";
import { watchTriggers, type WatchedTrigger } from "#lib/domain/watch-triggers.ts";
import { db } from "#lib/platform/db/client.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { recentSignals } from "#lib/queries/signal/recent.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

type Firing = { trigger: string; since: string };
type Place = { service: string; environment: string; playbook: string; automatic: boolean; firing: Firing[] };
type CurrentPlaybook = Awaited<ReturnType<typeof currentPlaybook>>;

/**
 * Looks at every environment that has fresh signals or a trigger that fires: what began to fire is recorded and told,
 * what cleared is recorded. Where the environment has automatic action turned on, an incident is declared and decided
 * from the same signals, once for each firing. Any number of workers may do this at once.
 */
export async function watchEveryTrigger(now = new Date()): Promise<void> {
  await eachApart(await watchedPlaces(now), (place) => watchPlace(place, now));
}

function watchedPlaces(now: Date): Promise<Place[]> {
  const since = new Date(now.getTime() - freshMs);
  return db().$queryRaw<Place[]>`
    SELECT s.id AS service, e.name AS environment, s.playbook_id AS playbook, e.automatic_rollback AS automatic,
      coalesce((SELECT jsonb_agg(jsonb_build_object('trigger', f.trigger_id, 'since', f.since)) FROM trigger_firing f
        WHERE f.service_id = s.id AND f.environment = e.name), '[]') AS firing
    FROM environment e JOIN service s ON s.id = e.service_id
    WHERE EXISTS (SELECT 1 FROM signal WHERE signal.service_id = s.id AND signal.environment = e.name
        AND signal.at >= ${since})
      OR EXISTS (SELECT 1 FROM trigger_firing f WHERE f.service_id = s.id AND f.environment = e.name)
    ORDER BY s.id, e.sort`;
}

async function watchPlace(place: Place, now: Date): Promise<void> {
  const playbook = await currentPlaybook(db(), place.playbook);
  const samples = await recentSignals(db(), place.service, place.environment, now);
  const watched = watchTriggers(playbook.document, samples, now);
  for (const one of watched) {
    const { id, title } = one.trigger;
    const known = place.firing.find((firing) => firing.trigger === id);
    if (one.reading.state === "clear" && known) await clear(place, id, title, "clear");
    if (one.reading.state !== "firing") continue;
    const since = known?.since ?? (await fire(place, playbook, one));
    if (place.automatic && since !== null) await declare(place, playbook, one, { since, samples, now });
  }
  const gone = place.firing.filter((firing) => !watched.some((one) => one.trigger.id === firing.trigger));
  for (const { trigger } of gone) await clear(place, trigger, trigger, "gone");
}

/** Gives since when it is recorded to fire; null when another worker was first. */
async function fire(
  { service, environment }: Place,
  playbook: CurrentPlaybook,
  { trigger, reading, value }: WatchedTrigger,
): Promise<string | null> {
  const { id, title, because, severity, urgency, action } = trigger;
  return unlessKnown(async () => {
    const fired = await fireTrigger(worker, {
      ...{ service, environment, trigger: id, title, because, severity, urgency, action, value },
      ...{ heldSeconds: reading.heldSeconds, inARow: reading.inARow },
      playbook: { id: playbook.id, version: playbook.version },
    });
    return fired.since;
  });
}

/** What an incident's title leaves room for. */
const mostTitle = 170;

/** One incident for one firing, unless somebody has declared one since: after a crash, and with many workers, too. */
async function declare(
  { service, environment }: Place,
  playbook: CurrentPlaybook,
  { trigger, reading }: WatchedTrigger,
  { since, samples, now }: { since: string; samples: readonly Sample[]; now: Date },
): Promise<void> {
  const declared = await db().incident.count({
    where: {
      serviceId: service,
      environment,
      OR: [{ createdAt: { gte: new Date(since) } }, { state: { notIn: ["resolved", "reviewed"] } }],
    },
  });
  if (declared > 0) return;
  const { facts } = factsFromSignals(playbook.document, samples, now);
  const key = `trigger ${service} ${environment} ${trigger.id} ${since}`;
  const incident = await declareIncident(
    worker,
    {
      ...{ service, environment, severity: trigger.severity, facts },
      title: `${trigger.title.slice(0, mostTitle)}: declared by a trigger`,
      detectedAt: new Date(now.getTime() - reading.heldSeconds * 1000).toISOString(),
    },
    { actorId: worker.id, key, route: "incident.declare", bodyHash: key },
  );
  await decideIncident(
    worker,
    { id: incident.id, facts },
    { actorId: worker.id, key: `${key} decide`, route: "incident.decide", bodyHash: key },
  );
}

async function clear(
  { service, environment }: Place,
  trigger: string,
  title: string,
  because: "clear" | "gone",
): Promise<void> {
  await unlessKnown(() => clearTrigger(worker, { service, environment, trigger, title, because }));
}

async function unlessKnown<R>(work: () => Promise<R>): Promise<R | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AlreadyKnown) return null;
    throw error;
  }
}

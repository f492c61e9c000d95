import { adapterById } from "#lib/adapters/registry.ts";
import type { Actor } from "#lib/domain/actor.ts";
import type { ReadinessView } from "#lib/domain/view.ts";
import { isWell, Seen } from "#lib/domain/inspection.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import type { Target } from "#prisma/client.ts";
import { loadPlace, loadService } from "#lib/queries/service/load-place.ts";

/**
 * Could this environment be rolled back right now? From what is recorded; the targets themselves are looked at when a
 * plan is prepared. A check that cannot be answered is null, and so is the whole unless something is plainly missing.
 */
export async function serviceReadiness(
  actor: Actor,
  serviceId: string,
  environment: string,
): Promise<ReadinessView> {
  const systems = await readableSystems(actor, "service.read");
  requireReadable(systems, (await loadService(db(), serviceId)).system, "service");
  const found = await loadPlace(db(), serviceId, environment);
  const now = new Date();
  const where = { serviceId, environment };
  const orderBy = [{ deployedAt: "desc" as const }, { id: "desc" as const }];
  const [current, good, pins, targets, workers, looked] = await Promise.all([
    db().deployment.findFirst({ where, orderBy }),
    db().deployment.findMany({ where: { ...where, knownGood: true }, orderBy, take: 50 }),
    db().pin.findMany({ where: { ...where, releasedAt: null } }),
    db().target.findMany({ where: { environmentId: found.environment.id }, orderBy: { sort: "asc" } }),
    db().worker.count({ where: { leaseUntil: { gt: now }, draining: false } }),
    db().rollback.findFirst({
      where: { ...where, preparedAt: { not: null } },
      orderBy: { preparedAt: "desc" },
    }),
  ]);
  const offered = good.find(
    (deployment) =>
      deployment.version !== current?.version && !pins.some((pin) => pin.version === deployment.version),
  );
  const day = 86_400_000;
  const isRecent = looked?.preparedAt ? now.getTime() - looked.preparedAt.getTime() < 30 * day : false;
  const checks: ReadinessView["checks"] = [
    {
      id: "known_good",
      title: "A known good version to go back to",
      ok: offered !== undefined,
      detail: offered
        ? `${offered.version}, deployed ${offered.deployedAt.toISOString()}`
        : "No earlier known good version is recorded.",
    },
    {
      id: "targets",
      title: "Targets are registered",
      ok: targets.length > 0,
      detail: targets.length === 1 ? "1 target" : `${targets.length} targets`,
    },
    {
      id: "reached",
      title: "Every target was well when last looked at",
      ...lastLook(targets),
    },
    {
      id: "worker",
      title: "A worker is alive",
      ok: workers > 0,
      detail: workers === 1 ? "1 worker" : `${workers} workers`,
    },
    {
      id: "looked_at",
      title: "A plan was prepared in the last 30 days",
      ok: isRecent ? true : null,
      detail: looked?.preparedAt
        ? `The last one is of ${looked.preparedAt.toISOString()} (RB-${looked.number}).`
        : "None was ever prepared here. Start a rollback as far as its plan, or run a drill.",
    },
  ];
  const isBroken = checks.some((check) => check.ok === false);
  const isUnsure = checks.some((check) => check.ok === null);
  return { ready: isBroken ? false : isUnsure ? null : true, checks };
}

/** The first target that something speaks against; null where one was never seen, or cannot be. */
function lastLook(targets: readonly Target[]): { ok: boolean | null; detail: string } {
  const looks = targets.map((target) => {
    const seen = target.seen === null ? null : Seen.parse(target.seen);
    return { target, seen, ok: seen === null ? null : isWell(seen) };
  });
  const bad = looks.find((look) => look.ok === false);
  if (bad?.seen) {
    const missing = bad.seen.tools.flatMap((tool) => ("missing" in tool ? [tool.missing] : []));
    const failed = bad.seen.evidence.flatMap((one) => (one.ok ? [] : [`${one.title}: ${one.detail}`]));
    const why = bad.seen.fault?.message ?? [...missing, ...failed][0] ?? "It was not reached.";
    return { ok: false, detail: `${bad.target.component} (${bad.target.adapter}): ${why}` };
  }
  // What only looks has nothing to restore: a plan runs it.
  const unseen = looks.filter((look) => look.ok === null && canAct(look.target.adapter));
  if (unseen.length === 0) return { ok: targets.length > 0 ? true : null, detail: whenSeen(targets) };
  const names = unseen.map(({ target }) => `${target.component} (${target.adapter})`).join(", ");
  return { ok: null, detail: `Not seen beforehand: ${names}.` };
}

function canAct(adapter: string): boolean {
  return adapterById(adapter)?.operations.some(({ mutating }) => mutating) ?? true;
}

function whenSeen(targets: readonly Target[]): string {
  const oldest = targets.flatMap(({ seenAt }) => (seenAt ? [seenAt.getTime()] : []));
  return oldest.length === 0 ? "No target." : `Last looked at ${new Date(Math.min(...oldest)).toISOString()}`;
}

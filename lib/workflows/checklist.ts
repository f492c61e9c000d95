import type { PreparedItem } from "#lib/commands/rollback/prepare.ts";
import { itemsFor, type CheckId } from "#lib/domain/checklist.ts";
import { approvalRules } from "#lib/queries/approval/rules.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Preparation } from "#lib/workflows/load-preparation.ts";
import type { Planning } from "#lib/workflows/plan-targets.ts";

type Answer = { ok: boolean; evidence: string; advice?: string };
type Check = (asked: Preparation, planning: Planning) => Answer | Promise<Answer>;

/** The playbook's checklist for this scope; what can be checked by machine has been. */
export async function runChecklist(asked: Preparation, planning: Planning): Promise<PreparedItem[]> {
  const items = itemsFor(asked.playbook.checklists, "submit", asked.scope);
  return Promise.all(
    items.map(async (item): Promise<PreparedItem> => {
      const { id, title, required, advice, kind } = item;
      if (item.kind === "manual") return { id, title, required, kind, state: "open", evidence: null, advice };
      const answer = await checks[item.check](asked, planning);
      return {
        id,
        title,
        required,
        kind,
        state: answer.ok ? "done" : "failed",
        evidence: answer.evidence,
        advice: answer.ok ? null : (answer.advice ?? advice),
      };
    }),
  );
}

const checks: Record<CheckId, Check> = {
  target_version_in_history: ({ history, rollback }) => {
    const row = history.find((one) => one.version === rollback.toVersion);
    return row
      ? { ok: true, evidence: `${row.version} was deployed here on ${row.deployedAt.toISOString()}.` }
      : { ok: false, evidence: `${rollback.toVersion} was never deployed here.` };
  },
  target_version_known_good: ({ history, rollback }) => {
    const row = history.find((one) => one.version === rollback.toVersion && one.knownGood !== null);
    return row?.knownGood
      ? {
          ok: true,
          evidence: `${row.version} is known good: ${row.knownGoodReason ?? "no reason was given"}.`,
        }
      : { ok: false, evidence: `${rollback.toVersion} is not known to be good.` };
  },
  target_version_not_quarantined: ({ pins, rollback }) => {
    const pin = pins.find((one) => one.version === rollback.toVersion);
    return pin
      ? { ok: false, evidence: `${pin.version} is quarantined: ${pin.reason}` }
      : { ok: true, evidence: `${rollback.toVersion} is not quarantined here.` };
  },
  targets_ready: (_asked, { planned, troubles }) => {
    const [trouble] = troubles;
    if (!trouble) return { ok: true, evidence: `Every target answered; ${planned.length} operations apply.` };
    return {
      ok: false,
      evidence: `${trouble.target.component} (${trouble.target.adapter}): ${trouble.fault.message}`,
      advice: trouble.fault.advice,
    };
  },
  // The worker that prepares this is alive.
  worker_alive: async () => {
    const rows = await db().$queryRaw<{ count: bigint }[]>`
      SELECT count(*) AS count FROM worker WHERE lease_until > now() AND NOT draining`;
    const count = Number(rows[0]?.count ?? 0);
    return { ok: count > 0, evidence: `${count} worker${count === 1 ? "" : "s"} answered within the lease.` };
  },
  record_verified: async () => {
    const rows = await db().$queryRaw<{ is_whole: boolean; position: bigint }[]>`
      SELECT head.position, head.position = 0 OR EXISTS (
        SELECT 1 FROM event WHERE event.position = head.position AND event.hash = head.hash) AS is_whole
      FROM chain_head head WHERE id = 1`;
    const head = rows[0];
    return head?.is_whole
      ? { ok: true, evidence: `The head of the record, entry ${head.position}, matches its hash.` }
      : { ok: false, evidence: "The head of the record does not match its last entry." };
  },
  // The result of this very preparation is an entry of the record: without it there is no checklist to read.
  record_writable: () => ({ ok: true, evidence: "This preparation is itself an entry of the record." }),
  configuration_backup_present: (asked, planning) => planCovers("configuration", asked, planning),
  database_backup_present: (asked, planning) => planCovers("database", asked, planning),
  backup_verified: ({ to }) =>
    to.artifacts.backup
      ? { ok: true, evidence: `The deployment names the backup ${to.artifacts.backup}.` }
      : { ok: false, evidence: "The deployment of the target version names no backup." },
  dependencies_compatible: ({ beside }) => {
    const wrong = beside.filter((one) => one.verdict === "incompatible");
    const unknown = beside.filter((one) => one.verdict === "unknown");
    const told = wrong.length > 0 ? wrong : unknown.length > 0 ? unknown : beside;
    return {
      ok: wrong.length + unknown.length === 0,
      evidence:
        told.map((one) => one.why).join(" ") || "It depends on no other service, and none depends on it.",
    };
  },
  state_captured: (_asked, { planned }) => {
    const blind = planned.filter((one) => one.operation.mutating && one.observedBefore === null);
    return blind.length === 0
      ? { ok: true, evidence: "What every target shows now is part of the plan." }
      : { ok: false, evidence: `Not seen before: ${blind.map((one) => one.title).join(", ")}.` };
  },
  schema_compatible: schemaCompatible,
  incident_declared: ({ rollback }) =>
    rollback.incidentId === null
      ? { ok: false, evidence: "This rollback belongs to no incident." }
      : { ok: true, evidence: "It belongs to a declared incident." },
  status_update_posted: updatePosted,
  approver_available: approverAvailable,
  drill_recent: drillRecent,
  verification_passed: verificationPassed,
  monitoring_passed: monitoringPassed,
};

async function approverAvailable({ rollback, playbook, place, severity }: Preparation): Promise<Answer> {
  const rules = approvalRules(playbook, place, severity);
  if (rules.required === 0) return { ok: true, evidence: "Nobody has to approve here." };
  const barred = rules.fourEyes ? [rollback.initiatorId, ...rollback.editorIds] : [];
  const count = await db().user.count({
    where: {
      disabledAt: null,
      id: { notIn: barred },
      grants: { some: { role: { in: rules.eligible }, system: { in: ["*", place.system] } } },
    },
  });
  const people = `${count} ${count === 1 ? "person" : "people"}`;
  return { ok: count >= rules.required, evidence: `${people} could approve; ${rules.required} must.` };
}

async function drillRecent({ rollback, playbook }: Preparation): Promise<Answer> {
  const days = playbook.drill?.everyDays;
  if (days === undefined) return { ok: true, evidence: "The playbook asks for no drills." };
  const last = await db().rollback.findFirst({
    where: { serviceId: rollback.serviceId, drill: true, outcome: "succeeded" },
    orderBy: { endedAt: "desc" },
  });
  if (!last?.endedAt) return { ok: false, evidence: "No drill of this service has succeeded yet." };
  const age = (Date.now() - last.endedAt.getTime()) / 86_400_000;
  return {
    ok: age <= days,
    evidence: `The last drill, RB-${last.number}, succeeded ${Math.floor(age)} days ago; one is due every ${days} days.`,
  };
}

async function updatePosted({ rollback }: Preparation): Promise<Answer> {
  if (rollback.incidentId === null) return { ok: false, evidence: "It belongs to no incident." };
  const last = await db().statusUpdate.findFirst({
    where: { incidentId: rollback.incidentId, public: true },
    orderBy: { at: "desc" },
  });
  return last
    ? { ok: true, evidence: `Published on ${last.at.toISOString()}: ${last.text.slice(0, 200)}` }
    : { ok: false, evidence: "No update was published for this incident." };
}

function schemaCompatible({ from, to, scope }: Preparation): Answer {
  const before = from.artifacts?.migrationHead ?? null;
  const after = to.artifacts.migrationHead;
  if (before === after)
    return { ok: true, evidence: `Both versions run on the schema ${after ?? "without a name"}.` };
  if (scope.includes("database"))
    return { ok: true, evidence: `The database goes back too, to ${after ?? "before any migration"}.` };
  return {
    ok: false,
    evidence: `The schema is at ${before ?? "an unknown place"}; ${to.version} was made for ${after ?? "none"}.`,
  };
}

async function verificationPassed({ rollback }: Preparation): Promise<Answer> {
  const steps = await db().step.findMany({ where: { rollbackId: rollback.id, phase: "verification" } });
  const open = steps.filter((step) => step.state !== "done" && step.state !== "already_done");
  if (steps.length === 0) return { ok: false, evidence: "The plan verified nothing." };
  return open.length === 0
    ? { ok: true, evidence: `All ${steps.length} verification steps passed.` }
    : { ok: false, evidence: `Not passed: ${open.map((step) => step.key).join(", ")}.` };
}

function monitoringPassed({ rollback }: Preparation): Answer {
  if (rollback.outcome !== "succeeded")
    return { ok: false, evidence: `The rollback is ${rollback.state.replaceAll("_", " ")}.` };
  const until = rollback.monitoringUntil;
  return {
    ok: true,
    evidence: until
      ? `Watched without a breach until ${until.toISOString()}.`
      : "No time of watching was asked for.",
  };
}

function planCovers(component: "configuration" | "database", asked: Preparation, planning: Planning): Answer {
  const trouble = planning.troubles.find((one) => one.target.component === component);
  if (trouble) return { ok: false, evidence: trouble.fault.message, advice: trouble.fault.advice };
  const found = planning.planned.filter(
    (one) => one.target.component === component && one.operation.mutating,
  );
  if (found.length > 0) return { ok: true, evidence: `${found.map((one) => one.title).join(", ")}.` };
  return asked.scope.includes(component)
    ? { ok: false, evidence: `Nothing to restore was found for ${component}.` }
    : { ok: true, evidence: `${component} is not in scope.` };
}

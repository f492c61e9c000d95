import type { Actor } from "#lib/domain/actor.ts";
import { authorityOf, chooseCapacity, viaKinds, type ViaKind } from "#lib/domain/approval-capacity.ts";
import { askingClocks } from "#lib/domain/approval-clocks.ts";
import { lostBy, standingOf } from "#lib/domain/approval-standing.ts";
import { Role } from "#lib/domain/role.ts";
import type { ApprovalsView, ApprovalView } from "#lib/domain/view.ts";
import { config } from "#lib/platform/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { capacitiesOf } from "#lib/queries/approval/capacities.ts";
import { readStanding, type Standing } from "#lib/queries/approval/standing.ts";
import { people } from "#lib/queries/people.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";
import { iso } from "#lib/queries/rollback/summary.ts";

/** What was decided and by whom, who may decide and until when; and why the reader may not, while it waits. */
export async function approvalsView(
  actor: Actor,
  role: Role | null,
  loaded: LoadedRollback,
): Promise<{ approvals: ApprovalsView; whyNot: string | null }> {
  const { rollback, state } = loaded;
  const now = new Date();
  const isWaiting = state === "awaiting_approval";
  const standing = await readStanding(db(), loaded, now, "for showing");
  const { rules } = standing;
  const [given, onDuty, emergencyOffer, whyNot] = await Promise.all([
    givenViews(rollback.id, standing),
    isWaiting && rules.onCall ? dutiesIn(loaded.found.service.system, now) : [],
    isWaiting && rollback.askedLevel >= 3 ? offerOf(loaded, now) : null,
    isWaiting ? whyNotDecide(actor, role, { loaded, standing, now }) : null,
  ]);
  const clocks = askingClocks(rollback.submittedAt ?? rollback.createdAt, rules, config());
  const approvals: ApprovalsView = {
    required: rollback.emergency === null ? rules.required : 0,
    roles: rules.roles,
    onCall: rules.onCall,
    onDuty,
    given,
    expiresAt: iso(rollback.expiresAt),
    asksNextAt: isWaiting && rollback.askedLevel < 2 ? iso(clocks.nextAt) : null,
    offersEmergencyAt: isWaiting && rollback.askedLevel < 3 ? iso(clocks.offerAt) : null,
    emergencyOffer,
  };
  return { approvals, whyNot };
}

type Reading = { loaded: LoadedRollback; standing: Standing; now: Date };

async function whyNotDecide(
  actor: Actor,
  role: Role | null,
  { loaded, standing, now }: Reading,
): Promise<string | null> {
  const { rollback, found } = loaded;
  const { circles, fourEyes } = standing.rules;
  const authors = [rollback.initiatorId, ...rollback.editorIds];
  if (fourEyes && authors.includes(actor.id))
    return "You started or edited this plan, so someone else has to approve it.";
  if (actor.kind !== "user" || role === null) return "A person with a role here decides.";
  const where = { system: found.service.system, role, now };
  const choice = chooseCapacity({
    circles,
    userId: actor.id,
    capacities: await capacitiesOf(db(), actor, where, "for showing"),
    authors,
    given: standingOf(circles, standing.given).map(({ by, capacity }) => ({
      userId: by.id,
      authority: authorityOf(by.id, capacity),
    })),
  });
  return choice.ok ? null : choice.sentence;
}

async function givenViews(rollbackId: string, { rules, given }: Standing): Promise<ApprovalView[]> {
  const rows = await db().approval.findMany({ where: { rollbackId }, orderBy: { at: "asc" } });
  const idsOf = (kind: ViaKind): string[] =>
    rows.flatMap((row) => (row.viaKind === kind && row.viaId !== null ? [row.viaId] : []));
  const [shiftIds, loanIds] = [idsOf("on_call"), idsOf("delegation")];
  const [shifts, loans] = await Promise.all([
    shiftIds.length === 0 ? [] : db().onCallShift.findMany({ where: { id: { in: shiftIds } } }),
    loanIds.length === 0 ? [] : db().delegation.findMany({ where: { id: { in: loanIds } } }),
  ]);
  const person = await people([...rows.map((row) => row.userId), ...loans.map((loan) => loan.fromUserId)]);
  return rows.map((row): ApprovalView => {
    const loan = loans.find(({ id }) => id === row.viaId);
    const until = loan?.endsAt ?? shifts.find(({ id }) => id === row.viaId)?.endsAt ?? null;
    const now = given.find(({ approval }) => approval === row.id);
    return {
      by: person(row.userId),
      role: Role.parse(row.role),
      via: {
        kind: viaKinds.find((kind) => kind === row.viaKind) ?? "role",
        lender: loan ? person(loan.fromUserId) : null,
        until: iso(until),
      },
      lost: (now && lostBy(rules.circles, now)?.sentence) ?? null,
      decision: row.decision === "approve" ? "approve" : "reject",
      planHash: row.planHash,
      at: row.at.toISOString(),
      comment: row.comment,
      voidedAt: iso(row.voidedAt),
      voidReason: row.voidReason,
    };
  });
}

async function dutiesIn(system: string, now: Date): Promise<ApprovalsView["onDuty"]> {
  const rows = await db().onCallShift.findMany({
    where: { system: { in: ["*", system] }, revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now } },
    include: { user: { select: { id: true, name: true, email: true } } },
    orderBy: { endsAt: "asc" },
  });
  const longest = new Map(rows.map((row) => [row.userId, row]));
  return [...longest.values()].map(({ user, endsAt }) => ({ person: user, until: endsAt.toISOString() }));
}

async function offerOf(
  { rollback }: LoadedRollback,
  now: Date,
): Promise<NonNullable<ApprovalsView["emergencyOffer"]>> {
  const playbook = await playbookAt(db(), rollback.playbookId, rollback.playbookVersion);
  const { criteria, roles, onCall } = playbook.authority.emergency;
  return {
    criteria: criteria.map(({ id, title }) => ({ id, title })),
    roles,
    onCall,
    since: (rollback.askedAt ?? now).toISOString(),
  };
}

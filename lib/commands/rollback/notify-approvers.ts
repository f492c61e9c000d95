import type { Tx } from "#lib/platform/db/client.ts";
import { approversOf, type Approver } from "#lib/queries/approval/approvers.ts";
import { firstAsked, type ApprovalRules } from "#lib/queries/approval/rules.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/** Leaves a notice for everyone who could approve this plan; gives their names. */
export async function notifyApprovers(
  tx: Tx,
  loaded: LoadedRollback,
  rules: ApprovalRules,
  kind: "approval" | "emergency",
): Promise<string[]> {
  const people = await eligible(tx, loaded, rules, new Date());
  const text = kind === "approval" ? "Approval needed." : "Emergency, approval skipped.";
  return notify(tx, loaded, people, kind, text);
}

/**
 * Asks the first circle: whoever is on call where the rule takes their word, else those who hold just the least role
 * that it names. Where nobody would be asked later, or the circle is empty, everyone eligible is asked at once. Gives
 * their names and how far the search has come with that.
 */
export async function askFirst(
  tx: Tx,
  loaded: LoadedRollback,
  rules: ApprovalRules,
  now: Date,
): Promise<{ asked: string[]; level: 1 | 2 }> {
  const people = await eligible(tx, loaded, rules, now);
  const first = firstCircle(people, rules);
  const isAll = rules.askNextMinutes === null || first.length === 0 || first.length === people.length;
  const asked = await notify(tx, loaded, isAll ? people : first, "approval", "Approval needed.");
  return { asked, level: isAll ? 2 : 1 };
}

/** Asks everyone eligible who was not in the first circle. Gives their names. */
export async function askNext(
  tx: Tx,
  loaded: LoadedRollback,
  rules: ApprovalRules,
  now: Date,
): Promise<string[]> {
  const people = await eligible(tx, loaded, rules, now);
  const told = await tx.notification.findMany({
    where: { kind: "approval", link: linkTo(loaded), at: { gte: loaded.rollback.submittedAt ?? now } },
    select: { userId: true },
  });
  const others = people.filter((person) => told.every(({ userId }) => userId !== person.id));
  return notify(tx, loaded, others, "approval", "Nobody has decided yet. Approval needed.");
}

/** Tells people that the emergency is open to them now. Gives their names. */
export async function offerEmergency(
  tx: Tx,
  loaded: LoadedRollback,
  people: readonly { id: string; name: string }[],
): Promise<string[]> {
  const text = "Nobody decided in time. It may be declared an emergency, by one of the criteria.";
  return notify(tx, loaded, people, "emergency_offer", text);
}

function firstCircle(people: readonly Approver[], rules: ApprovalRules): Approver[] {
  const onDuty = rules.onCall ? people.filter((person) => person.onCallUntil !== null) : [];
  if (onDuty.length > 0) return onDuty;
  const least = firstAsked(rules);
  return people.filter((person) => person.by === "role" && person.role === least);
}

function eligible(tx: Tx, { rollback, found }: LoadedRollback, rules: ApprovalRules, now: Date) {
  const authors = [rollback.initiatorId, ...rollback.editorIds];
  return approversOf(tx, { system: found.service.system, circles: rules.circles, authors, now });
}

const linkTo = ({ rollback }: LoadedRollback): string => `/approvals/${rollback.id}`;

async function notify(
  tx: Tx,
  loaded: LoadedRollback,
  people: readonly { id: string; name: string }[],
  kind: string,
  lead: string,
): Promise<string[]> {
  const { rollback, found } = loaded;
  const what = `RB-${rollback.number}: ${found.service.name} in ${found.environment.name} to ${rollback.toVersion}`;
  const link = linkTo(loaded);
  await tx.notification.createMany({
    data: people.map((person) => ({ userId: person.id, kind, text: `${lead} ${what}`, link })),
  });
  return people.map((person) => person.name);
}

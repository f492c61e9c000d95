import type { Tx } from "#lib/platform/db/client.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/** Leaves a notice for everyone who could approve this plan; gives their names. */
export async function notifyApprovers(
  tx: Tx,
  loaded: LoadedRollback,
  rules: ApprovalRules,
  kind: "approval" | "emergency",
): Promise<string[]> {
  const { rollback, found } = loaded;
  const barred = [rollback.initiatorId, ...rollback.editorIds];
  const people = await tx.user.findMany({
    where: {
      disabledAt: null,
      id: { notIn: barred },
      grants: { some: { role: { in: rules.eligible }, system: { in: ["*", found.service.system] } } },
    },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
  });
  const what = `RB-${rollback.number}: ${found.service.name} in ${found.environment.name} to ${rollback.toVersion}`;
  const text = kind === "approval" ? `Approval needed. ${what}` : `Emergency, approval skipped. ${what}`;
  await tx.notification.createMany({
    data: people.map((person) => ({ userId: person.id, kind, text, link: `/approvals/${rollback.id}` })),
  });
  return people.map((person) => person.name);
}

import type { Actor } from "#lib/domain/actor.ts";
import { DebtKind } from "#lib/domain/emergency.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import type { RollbackView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { emergencyChoice } from "#lib/queries/approval/emergency-choice.ts";
import { people } from "#lib/queries/people.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";
import { iso } from "#lib/queries/rollback/summary.ts";

type Reader = { actor: Actor; role: Role | null };

/** What the emergency of a rollback left to be done, and by what the reader may still declare one. */
export async function emergencyPart(
  { actor, role }: Reader,
  loaded: LoadedRollback,
  playbook: Playbook,
): Promise<Pick<RollbackView, "debts" | "emergencyChoice">> {
  const { rollback, found, state } = loaded;
  const isPossible = rollback.emergency === null && (state === "draft" || state === "awaiting_approval");
  const rows = await db().review.findMany({
    where: { rollbackId: rollback.id },
    orderBy: [{ dueAt: "asc" }, { kind: "desc" }],
  });
  const person = await people(rows.flatMap((row) => [row.userId, row.doneById]));
  const mayComplete = (userId: string): boolean =>
    role !== null && covers(role, userId === actor.id ? "operator" : "release_manager");
  return {
    debts: rows.map((row) => ({
      id: row.id,
      kind: DebtKind.parse(row.kind),
      owedBy: person(row.userId),
      dueAt: row.dueAt.toISOString(),
      escalatedAt: iso(row.escalatedAt),
      doneAt: iso(row.doneAt),
      doneBy: row.doneById === null ? null : person(row.doneById),
      text: row.text,
      mayComplete: row.doneAt === null && mayComplete(row.userId),
    })),
    emergencyChoice: isPossible
      ? await emergencyChoice(actor, { system: found.service.system, role, playbook })
      : null,
  };
}

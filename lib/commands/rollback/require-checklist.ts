import type { Checklist } from "#lib/domain/checklist.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** Throws CHECKLIST_OPEN, naming each, while a required item of this gate is neither done nor overridden. */
export async function requireChecklist(
  tx: Tx,
  rollbackIds: readonly string[],
  gate: Checklist["gate"],
  what: string,
): Promise<void> {
  const open = await tx.checklistItem.findMany({
    where: {
      rollbackId: { in: [...rollbackIds] },
      gate,
      required: true,
      state: { notIn: ["done", "overridden"] },
    },
    orderBy: [{ rollbackId: "asc" }, { position: "asc" }],
  });
  if (open.length === 0) return;
  throw new Refusal(
    "CHECKLIST_OPEN",
    `${what} has ${open.length} open item${open.length === 1 ? "" : "s"}.`,
    {
      errors: open.map((item) => ({ path: `checklist.${item.itemId}`, message: item.title })),
    },
  );
}

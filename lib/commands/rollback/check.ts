import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { isGateOpen, ItemGate } from "#lib/domain/checklist.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { TickChecklist } from "#lib/domain/rollback.ts";
import { covers, Role, roleTitle } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";
import type { ChecklistItem } from "#prisma/client.ts";

/**
 * Ticks a checklist item by hand, takes a tick back, or overrides an item, which needs a reason and the role that the
 * playbook names for it; where it names none, nobody may.
 */
export const tickChecklist = command({
  name: "rollback.check",
  input: TickChecklist.extend({ rollback: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.rollback);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    const { rollback, subject, also } = loaded;
    const key = { rollbackId_itemId: { rollbackId: rollback.id, itemId: input.id } };
    const item = await tx.checklistItem.findUnique({ where: key });
    if (!item) throw new Refusal("NOT_FOUND", "The checklist has no item with this id.");
    await requireGate(tx, loaded, item);
    if (input.state === "overridden") mustOverride(item, input.reason, role);
    else if (item.kind === "automatic" && !(input.state === "open" && item.state === "overridden")) {
      throw new Refusal(
        "WRONG_STATE",
        "This item checks itself. Mend what it names and check again, or override it where that is allowed.",
      );
    }
    const isOpen = input.state === "open";
    await tx.checklistItem.update({
      where: key,
      data: {
        state: input.state,
        note: isOpen ? null : (input.reason ?? input.note ?? null),
        byId: actor.kind === "user" && !isOpen ? actor.id : null,
        at: isOpen ? null : now,
      },
    });
    await tx.rollback.update({ where: { id: rollback.id }, data: { touchedAt: now } });
    return {
      result: { id: item.itemId, state: input.state },
      events: [
        {
          type: "rollback.checked",
          subject,
          also,
          data: {
            item: item.itemId,
            title: item.title,
            state: input.state,
            was: item.state,
            note: input.note ?? null,
            reason: input.reason ?? null,
          },
        },
      ],
    };
  },
});

async function requireGate(tx: Tx, loaded: LoadedRollback, item: ChecklistItem): Promise<void> {
  const { rollback, state } = loaded;
  const gate = ItemGate.parse(item.gate);
  if (!isGateOpen(gate, { state, startedAt: rollback.startedAt })) {
    throw new Refusal(
      "WRONG_STATE",
      `The checklist cannot be changed while the rollback is ${state.replaceAll("_", " ")}. Nothing was changed.`,
      { extra: { state } },
    );
  }
  if (gate !== "after" || rollback.incidentId === null) return;
  const incident = await tx.incident.findUnique({ where: { id: rollback.incidentId } });
  if (incident?.state !== "reviewed") return;
  throw new Refusal("WRONG_STATE", `INC-${incident.number} is closed. Nothing was changed.`);
}

function mustOverride(item: ChecklistItem, reason: string | undefined, role: Role | null): void {
  const named = Role.nullable().parse(item.overrideRole);
  if (named === null) throw new Refusal("FORBIDDEN", "The playbook lets nobody override this item.");
  if (role === null || !covers(role, named)) {
    throw new Refusal("FORBIDDEN", `Overriding this item needs the role ${roleTitle[named].toLowerCase()}.`);
  }
  if (!reason) {
    const message = "An override needs a reason.";
    throw new Refusal("INVALID", message, { errors: [{ path: "reason", message }] });
  }
  if (item.state === "done")
    throw new Refusal("WRONG_STATE", "This item is done; there is nothing to override.");
}

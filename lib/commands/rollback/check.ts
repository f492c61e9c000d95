import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { TickChecklist } from "#lib/domain/rollback.ts";
import { covers } from "#lib/domain/role.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/** Ticks a checklist item by hand, or overrides one, which needs a release manager and a reason. */
export const tickChecklist = command({
  name: "rollback.check",
  input: TickChecklist.extend({ rollback: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.rollback);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    requireState(loaded.state, ["draft"], "The checklist cannot be changed");
    const key = { rollbackId_itemId: { rollbackId: loaded.rollback.id, itemId: input.id } };
    const item = await tx.checklistItem.findUnique({ where: key });
    if (!item) throw new Refusal("NOT_FOUND", "The checklist has no item with this id.");
    if (input.state === "overridden") {
      if (!input.reason) {
        const message = "An override needs a reason.";
        throw new Refusal("INVALID", message, { errors: [{ path: "reason", message }] });
      }
      if (role === null || !covers(role, "release_manager")) {
        throw new Refusal("FORBIDDEN", "Only a release manager or an admin overrides a checklist item.");
      }
    } else if (item.kind === "automatic") {
      throw new Refusal(
        "WRONG_STATE",
        "This item checks itself. Mend what it names, or override it with a reason.",
      );
    }
    await tx.checklistItem.update({
      where: key,
      data: {
        state: input.state,
        note: input.reason ?? input.note ?? null,
        byId: actor.kind === "user" ? actor.id : null,
        at: now,
      },
    });
    await tx.rollback.update({ where: { id: loaded.rollback.id }, data: { touchedAt: now } });
    return {
      result: { id: item.itemId, state: input.state },
      events: [
        {
          type: "rollback.checked",
          subject: loaded.subject,
          also: loaded.also,
          data: {
            item: item.itemId,
            title: item.title,
            state: input.state,
            note: input.note ?? null,
            reason: input.reason ?? null,
          },
        },
      ],
    };
  },
});

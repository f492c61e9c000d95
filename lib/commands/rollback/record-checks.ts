import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { isGateOpen, ItemGate } from "#lib/domain/checklist.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { endRun, fence } from "#lib/engine/ownership.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/** There is nothing to record: the plan was made anew, the gate was passed, or all is as it was. */
export class NothingNew extends Error {
  override readonly name = "NothingNew";
}

/**
 * Stores what automatic items came to when they were looked at again. What a person overrode stays so. Throws
 * NothingNew when nothing of it counts any more; with `changesOnly`, also when nothing is different.
 */
export const recordChecks = command({
  name: "rollback.record-checks",
  input: z.strictObject({
    id: z.string(),
    preparation: z.number().int(),
    /** The run that looked; null: nobody asked for it. */
    run: z.strictObject({ id: z.string(), generation: z.number().int() }).nullable(),
    changesOnly: z.boolean(),
    looked: z.array(
      z.strictObject({
        id: z.string(),
        state: z.enum(["open", "done", "failed"]),
        evidence: z.string(),
        advice: z.string().nullable(),
      }),
    ),
  }),
  async load(tx, input) {
    if (input.run) await fence(tx, input.run);
    return { place: null, loaded: await lockRollback(tx, input.id) };
  },
  async run({ tx, input, loaded, now }) {
    const { rollback, state, subject, also } = loaded;
    if (rollback.preparation !== input.preparation) throw new NothingNew();
    const rows = await tx.checklistItem.findMany({
      where: { rollbackId: rollback.id, kind: "automatic", state: { not: "overridden" } },
    });
    const items: JsonObject[] = [];
    for (const seen of input.looked) {
      const row = rows.find((one) => one.itemId === seen.id);
      if (!row || !isGateOpen(ItemGate.parse(row.gate), { state, startedAt: rollback.startedAt })) continue;
      if (input.changesOnly && row.state === seen.state && row.evidence !== null) continue;
      const { id, ...result } = seen;
      await tx.checklistItem.update({
        where: { rollbackId_itemId: { rollbackId: rollback.id, itemId: id } },
        data: { ...result, byId: null, note: null, at: now },
      });
      items.push({ id, title: row.title, was: row.state, state: seen.state, evidence: seen.evidence });
    }
    if (items.length === 0) throw new NothingNew();
    if (input.run) await endRun(tx, input.run);
    return { result: null, events: [{ type: "rollback.rechecked", subject, also, data: { items } }] };
  },
});

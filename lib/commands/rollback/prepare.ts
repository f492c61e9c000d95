import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { parsePlan } from "#lib/commands/step/execution.ts";
import { ItemGate } from "#lib/domain/checklist.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { endRun, fence } from "#lib/engine/ownership.ts";
import { Parted } from "#lib/engine/run.ts";
import { Role } from "#lib/domain/role.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

const Item = z.strictObject({
  id: z.string(),
  title: z.string(),
  checklist: z.string(),
  gate: ItemGate,
  kind: z.enum(["automatic", "manual"]),
  required: z.boolean(),
  state: z.enum(["open", "done", "failed"]),
  evidence: z.string().nullable(),
  advice: z.string().nullable(),
  help: z.string().nullable(),
  overrideRole: Role.nullable(),
});
export type PreparedItem = z.infer<typeof Item>;

/** This preparation is not wanted any more: another was asked for, or the plan is already on its way. */
export class Outdated extends Error {
  override readonly name = "Outdated";
}

/**
 * Stores what a preparation came to: the plan as canonical text with its hash, or none, and the checklist. Ticks of
 * people stay. Throws Outdated when a newer preparation was asked for meanwhile.
 */
export const preparePlan = command({
  name: "rollback.prepare",
  input: z.strictObject({
    id: z.string(),
    preparation: z.number().int(),
    run: z.strictObject({ id: z.string(), generation: z.number().int() }),
    /** Canonical JSON of a PlanBody. */
    plan: z.string().nullable(),
    checklist: z.array(Item),
  }),
  async load(tx, input) {
    await fence(tx, input.run);
    return { place: null, loaded: await lockRollback(tx, input.id) };
  },
  async run({ tx, input, loaded, now }) {
    const { rollback, state, subject, also } = loaded;
    if (state !== "draft" || rollback.preparation !== input.preparation) throw new Outdated();
    if (rollback.startedAt !== null) throw new Parted("This rollback was executed before.");
    const { steps, hash: planHash } = input.plan === null ? { steps: [], hash: null } : parsePlan(input.plan);
    const ticked = await tx.checklistItem.findMany({ where: { rollbackId: rollback.id, kind: "manual" } });
    const kept = new Map(ticked.map((item) => [item.itemId, item]));
    await tx.step.deleteMany({ where: { rollbackId: rollback.id } });
    await tx.checklistItem.deleteMany({ where: { rollbackId: rollback.id } });
    await tx.step.createMany({
      data: steps.map((step, position) => ({
        rollbackId: rollback.id,
        key: step.key,
        position,
        phase: step.phase,
        state: "pending",
      })),
    });
    await tx.checklistItem.createMany({
      data: input.checklist.map((item, position) => {
        const before = item.kind === "manual" ? kept.get(item.id) : undefined;
        return {
          rollbackId: rollback.id,
          itemId: item.id,
          position,
          title: item.title,
          checklist: item.checklist,
          gate: item.gate,
          overrideRole: item.overrideRole,
          help: item.help,
          kind: item.kind,
          required: item.required,
          state: before?.state ?? item.state,
          evidence: item.evidence,
          advice: item.advice,
          note: before?.note ?? null,
          byId: before?.byId ?? null,
          at: before?.at ?? (item.kind === "automatic" && item.evidence !== null ? now : null),
        };
      }),
    });
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { plan: input.plan, planHash, preparedAt: now },
    });
    await endRun(tx, input.run);
    const failed: JsonObject[] = input.checklist
      .filter((item) => item.state === "failed")
      .map((item) => ({ id: item.id, title: item.title, evidence: item.evidence }));
    const data = { preparation: input.preparation, planHash, steps: steps.length, failed };
    return { result: null, events: [{ type: "rollback.prepared", subject, also, data }] };
  },
});

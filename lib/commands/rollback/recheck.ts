import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import type { Idempotency } from "#lib/commands/idempotency.ts";
import { reopenPlan } from "#lib/commands/rollback/reopen-plan.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { isGateOpen, ItemGate } from "#lib/domain/checklist.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { CheckAgain } from "#lib/domain/rollback.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { waitForRun } from "#lib/engine/wait-for-run.ts";
import { lockRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";
import type { ChecklistItem } from "#prisma/client.ts";

const patienceMs = 15_000;

const Input = CheckAgain.extend({ id: z.string().max(64) }).strict();

/** Has a worker run automatic checks once more. The plan stays, and whoever asks becomes no editor of it. */
const request = command({
  name: "rollback.recheck",
  input: Input,
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, input, loaded, now }): Promise<Outcome<{ run: string | null }>> {
    const { rollback, state, subject, also } = loaded;
    if (state === "draft" && rollback.preparedAt === null) {
      throw new Refusal("WRONG_STATE", "The plan is being made, and its checks run with it.");
    }
    const rows = await tx.checklistItem.findMany({
      where: { rollbackId: rollback.id },
      orderBy: { position: "asc" },
    });
    const items = chosen(rows, loaded, input.item);
    const only = input.item === undefined ? undefined : items[0];
    const data = { item: input.item ?? null, title: only?.title ?? null };
    const event = { type: "rollback.recheck_requested", subject, also, data } as const;
    if (state === "draft" && rollback.planHash === null) {
      // Without a plan there is nothing to keep: what may have been mended is a reason to make one.
      const events = await reopenPlan(tx, loaded, "The checks were asked for again.", now);
      return { result: { run: null }, events: [event, ...events] };
    }
    await tx.rollback.update({ where: { id: rollback.id }, data: { touchedAt: now } });
    const run = await enqueueRun(tx, "check", rollback.id, {
      items: items.map((item) => item.itemId),
      preparation: rollback.preparation,
    });
    return { result: { run }, events: [event] };
  },
});

/** As above, and waits up to 15 s for what the worker finds. Throws NOT_FOUND, WRONG_STATE, INVALID. */
export async function recheck(
  actor: Actor,
  input: z.input<typeof Input>,
  idempotency?: Idempotency,
): Promise<{ id: string }> {
  const { run } = await request(actor, input, idempotency);
  if (run !== null) await waitForRun(run, patienceMs);
  return { id: input.id };
}

function chosen(
  rows: readonly ChecklistItem[],
  { state, rollback }: LoadedRollback,
  id: string | undefined,
): ChecklistItem[] {
  const isOpen = ({ gate }: ChecklistItem): boolean =>
    isGateOpen(ItemGate.parse(gate), { state, startedAt: rollback.startedAt });
  const all = rows.filter((row) => row.kind === "automatic" && row.state !== "overridden" && isOpen(row));
  if (id === undefined) {
    if (all.length > 0) return all;
    throw new Refusal("WRONG_STATE", "Nothing is left that a machine could check here.");
  }
  const found = rows.find((row) => row.itemId === id);
  if (!found) throw new Refusal("NOT_FOUND", "The checklist has no item with this id.");
  if (all.includes(found)) return [found];
  const message =
    found.kind === "automatic"
      ? "It was overridden, or its time is over. Nothing was changed."
      : "A person ticks this item; no machine can check it.";
  throw new Refusal("WRONG_STATE", message);
}

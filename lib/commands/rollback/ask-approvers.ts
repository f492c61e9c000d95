import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { askNext, offerEmergency } from "#lib/commands/rollback/notify-approvers.ts";
import { askingClocks, dueLevel } from "#lib/domain/approval-clocks.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { config } from "#lib/platform/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { emergencyInvokers } from "#lib/queries/approval/emergency-invokers.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import { loadRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Goes on with the search for an approver where its time has come: asks everyone else who is eligible, then offers the
 * emergency to the initiator and to whoever may invoke one. Nothing else happens by itself. Throws WRONG_STATE when
 * nothing is due or another worker is at it.
 */
export const askApprovers = command({
  name: "rollback.ask-approvers",
  input: z.strictObject({ id: z.string().max(64) }),
  async load(tx, { id }) {
    const held = await tx.$queryRaw<unknown[]>`
      SELECT id FROM rollback WHERE id = ${id} AND state = 'awaiting_approval' FOR UPDATE SKIP LOCKED`;
    if (held.length === 0) throw new Refusal("WRONG_STATE", "Nobody is asked about this rollback now.");
    return { place: null, loaded: await loadRollback(tx, id) };
  },
  async run({ tx, loaded, now }) {
    const { rollback, found, subject, also } = loaded;
    const rules = await approvalRulesOf(tx, rollback, found.environment);
    const clocks = askingClocks(rollback.submittedAt ?? rollback.createdAt, rules, config());
    const level = dueLevel(rollback.askedLevel, clocks, now);
    if (level === null) throw new Refusal("WRONG_STATE", "Nobody else is asked yet.");
    const events: NewEvent[] = [];
    if (rollback.askedLevel < 2) {
      const asked = await askNext(tx, loaded, rules, now);
      events.push({ type: "rollback.approvers_asked", subject, also, data: { asked } });
    }
    if (level === 3) events.push(await offer(tx, loaded, now));
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { askedLevel: level, askedAt: now },
    });
    const [first, ...others] = events;
    if (!first) throw new Error("A level that is due has an event.");
    return { result: { level }, events: [first, ...others] };
  },
});

async function offer(tx: Tx, loaded: LoadedRollback, now: Date): Promise<NewEvent> {
  const { people, criteria } = await emergencyInvokers(tx, loaded, now);
  const told = await offerEmergency(tx, loaded, people);
  const data = { told, criteria: criteria.map(({ id }) => id) };
  return { type: "rollback.emergency_offered", subject: loaded.subject, also: loaded.also, data };
}

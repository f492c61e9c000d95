import { askApprovers } from "#lib/commands/rollback/ask-approvers.ts";
import { askingClocks, dueLevel } from "#lib/domain/approval-clocks.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import { places } from "#lib/queries/rollback/summary.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

/** Asks the next approvers, and offers the emergency, wherever the time for it has come. */
export async function chaseApprovals(): Promise<void> {
  const waiting = await db().rollback.findMany({
    where: { state: "awaiting_approval", askedLevel: { lt: 3 } },
    orderBy: { submittedAt: "asc" },
    take: 200,
  });
  const place = await places(waiting);
  await eachApart(waiting, async (rollback) => {
    const where = { name: rollback.environment, protected: place(rollback).protected };
    const rules = await approvalRulesOf(db(), rollback, where);
    const clocks = askingClocks(rollback.submittedAt ?? rollback.createdAt, rules, config());
    if (dueLevel(rollback.askedLevel, clocks, new Date()) === null) return;
    try {
      await askApprovers(worker, { id: rollback.id });
    } catch (error) {
      // Another worker was first, or somebody decided in this very moment.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  });
}

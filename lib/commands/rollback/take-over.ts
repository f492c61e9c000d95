import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { takeOverRun } from "#lib/engine/ownership.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";

/** Takes the run of a rollback from a worker whose lease is over. Throws WRONG_STATE when another was first. */
export const takeOverRollback = command({
  name: "rollback.take-over",
  input: z.strictObject({
    id: z.string(),
    kind: z.string(),
    subjectId: z.string(),
    generation: z.number().int(),
    workerId: z.string().nullable(),
    takenBy: z.string(),
  }),
  load: nowhere,
  async run({ tx, input }) {
    if (!(await takeOverRun(tx, input))) throw new Refusal("WRONG_STATE", "Another worker was first.");
    const { subject, also } = await loadRollback(tx, input.subjectId);
    const [lost] = await tx.$queryRaw<{ draining: boolean; heartbeat_at: Date }[]>`
      SELECT draining, heartbeat_at FROM worker WHERE id = ${input.workerId}`;
    const data = {
      from: input.workerId,
      by: input.takenBy,
      generation: input.generation + 1,
      why: lost?.draining ? "the worker was stopped" : "the worker was lost",
      lastSeenAt: lost?.heartbeat_at.toISOString() ?? null,
    };
    return { result: null, events: [{ type: "rollback.taken_over", subject, also, data }] };
  },
});

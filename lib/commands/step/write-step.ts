import type { Json } from "#lib/domain/json.ts";
import type { StepState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { Prisma } from "#prisma/client.ts";

export type StepColumns = {
  state?: StepState;
  attempts?: number;
  intendedAt?: Date | null;
  heldAt?: Date;
  nextRetryAt?: Date | null;
  startedAt?: Date | null;
  endedAt?: Date | null;
  observed?: Json;
  evidence?: Json;
  error?: Json;
};

export type StepWrite = { key: string; columns: StepColumns };

/** Statements that change the named columns, each of exactly one step: this is on the way of every effect. */
export function stepWrites(rollback: string, writes: readonly StepWrite[]): Prisma.Sql[] {
  return writes.map(
    ({ key, columns }) =>
      Prisma.sql`UPDATE step SET ${Prisma.join(assignments(columns))} WHERE rollback_id = ${rollback} AND key = ${key}`,
  );
}

/** Changes the named columns of one step now. Throws where the plan has no such step. */
export async function writeStep(tx: Tx, rollback: string, key: string, columns: StepColumns): Promise<void> {
  for (const write of stepWrites(rollback, [{ key, columns }])) {
    if ((await tx.$executeRaw(write)) !== 1) throw new Error(`The plan's step ${key} has no row.`);
  }
}

function assignments(columns: StepColumns): Prisma.Sql[] {
  const sets: Prisma.Sql[] = [];
  const { state, attempts, intendedAt, heldAt, nextRetryAt, startedAt, endedAt } = columns;
  const { observed, evidence, error } = columns;
  if (state !== undefined) sets.push(Prisma.sql`state = ${state}`);
  if (attempts !== undefined) sets.push(Prisma.sql`attempts = ${attempts}`);
  if (intendedAt !== undefined) sets.push(Prisma.sql`intended_at = ${intendedAt}`);
  if (heldAt !== undefined) sets.push(Prisma.sql`held_at = ${heldAt}`);
  if (nextRetryAt !== undefined) sets.push(Prisma.sql`next_retry_at = ${nextRetryAt}`);
  if (startedAt !== undefined) sets.push(Prisma.sql`started_at = ${startedAt}`);
  if (endedAt !== undefined) sets.push(Prisma.sql`ended_at = ${endedAt}`);
  if (observed !== undefined) sets.push(Prisma.sql`observed = ${orNull(observed)}::jsonb`);
  if (evidence !== undefined) sets.push(Prisma.sql`evidence = ${JSON.stringify(evidence)}::jsonb`);
  if (error !== undefined) sets.push(Prisma.sql`error = ${orNull(error)}::jsonb`);
  return sets;
}

function orNull(value: Json): string | null {
  return value === null ? null : JSON.stringify(value);
}

import type { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import { authority, type AuthorityRow, type CommandName } from "#lib/domain/authority.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import { bestRole, heldRole, readAuthority, type Authority } from "#lib/queries/authority/held-role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Prisma } from "#prisma/client.ts";
import { appendEvents } from "#lib/commands/append-events.ts";
import { keepResult, takeKey, type Idempotency } from "#lib/commands/idempotency.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { transact } from "#lib/platform/db/transact.ts";

/** What a command gives back. At least one event, or it does not compile. */
export type Outcome<R> = {
  result: R;
  events: readonly [NewEvent, ...NewEvent[]];
  /** Statements that each change exactly one row, for the one that records the events: a question less to the database. */
  writes?: readonly Prisma.Sql[];
};

/** Where a command acts: the system whose grants count, and whether the environment is protected. */
type Place = { system: string; protected: boolean };

type Acting<I, L> = {
  tx: Tx;
  actor: Actor;
  input: I;
  loaded: L;
  /** The role held at the place; null for Lastgood's own processes. */
  role: Role | null;
  now: Date;
};

type Definition<N extends CommandName, S extends z.ZodType, L, R> = {
  name: N;
  input: S;
  /** Reads (and locks) the rows that the command is about, and says where it acts. Null: nowhere in particular. */
  load: (tx: Tx, input: z.output<S>, actor: Actor) => Promise<{ place: Place | null; loaded: L }>;
  run: (acting: Acting<z.output<S>, L>) => Promise<Outcome<R>>;
};

/**
 * Makes a command: authorise → parse → load → authorise at the place → run → append the events, in one transaction.
 * Results are plain JSON, so that an idempotency key can give the first one again. Throws Refusal; AUDIT_UNAVAILABLE when the record cannot be written, in which case nothing was done.
 */
export function command<N extends CommandName, S extends z.ZodType, L, R>(
  definition: Definition<N, S, L, R>,
) {
  const row: AuthorityRow = authority[definition.name];
  return async function perform(actor: Actor, raw: z.input<S>, idempotency?: Idempotency): Promise<R> {
    return transact(async (tx) => {
      const now = new Date();
      const held = await authoriseAnywhere(tx, actor, row, now);
      const input = parseInput(definition.input, raw);
      const earlier = idempotency ? await takeKey(tx, idempotency) : null;
      if (earlier) return earlier.result as R;
      const { place, loaded } = await definition.load(tx, input, actor);
      const role = authoriseAt(actor, held, row, place, now);
      const { result, events, writes } = await definition.run({ tx, actor, input, loaded, role, now });
      await appendEvents(tx, actor, events, now, writes);
      if (idempotency) await keepResult(tx, idempotency, result);
      return result;
    });
  };
}

/** A command that needs no rows loaded first. */
export function nowhere(): Promise<{ place: null; loaded: null }> {
  return Promise.resolve({ place: null, loaded: null });
}

async function authoriseAnywhere(
  tx: Tx,
  actor: Actor,
  row: AuthorityRow,
  now: Date,
): Promise<Authority | null> {
  if (actor.kind === "system") return null;
  if (row.scope === "process") throw new Refusal("FORBIDDEN", "Only Lastgood itself does this.");
  const held = await readAuthority(tx, actor, now);
  const best = bestRole(held, now);
  if (best === null || !covers(best, row.role)) throw forbidden(row.role);
  return held;
}

function authoriseAt(
  actor: Actor,
  held: Authority | null,
  row: AuthorityRow,
  place: Place | null,
  now: Date,
): Role | null {
  if (held === null) return null;
  if (row.scope === "self") return bestRole(held, now);
  if (row.scope === "service" && place === null)
    throw new Error("A command within a service must say where it acts.");
  const role = heldRole(held, row.scope === "service" && place ? place.system : null, now);
  const needed = place?.protected ? (row.protectedRole ?? row.role) : row.role;
  if (role === null || !covers(role, needed)) throw forbidden(needed);
  return role;
}

function forbidden(needed: Role): Refusal {
  return new Refusal("FORBIDDEN", `This needs the role ${needed.replace("_", " ")}. Nothing was changed.`);
}

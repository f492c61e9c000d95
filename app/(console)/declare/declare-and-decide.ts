import { decideIncident } from "#lib/commands/incident/decide.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { DeclareIncident, Facts, Severity, Verdict } from "#lib/domain/incident.ts";
import type { RequestKey } from "#lib/web/idempotency-header.ts";

type Asked = {
  incident: Omit<DeclareIncident, "facts">;
  decision: { facts: Facts; override?: Verdict; severity?: Severity; reason?: string };
};

/** Two commands behind one press. Each has a key of its own, so that pressing again does what is left. */
export async function declareAndDecide(
  actor: UserActor,
  { incident, decision }: Asked,
  idempotency?: RequestKey,
): Promise<{ id: string; number: string }> {
  const declared = { ...incident, facts: decision.facts };
  const { id, number } = await declareIncident(actor, declared, idempotency);
  const key = idempotency && { ...idempotency, key: `${idempotency.key}:decide` };
  await decideIncident(actor, { ...decision, id }, key);
  return { id, number };
}

import { z } from "zod";
import { answerHandOver } from "#lib/commands/duty/answer.ts";
import { askForDuty } from "#lib/commands/duty/ask.ts";
import { offerDuty } from "#lib/commands/duty/offer.ts";
import { withdrawHandOver } from "#lib/commands/duty/withdraw.ts";
import type { Idempotency } from "#lib/commands/idempotency.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { DutySubject, PassDuty } from "#lib/domain/duty.ts";
import { parseInput } from "#lib/domain/parse-input.ts";

const On = z.looseObject({ kind: DutySubject, id: z.string().max(64) });

/** What somebody does about a duty: takes it, offers it, answers, or takes that back. Throws INVALID. */
export async function passDuty(
  actor: Actor,
  input: PassDuty & { kind: DutySubject; id: string },
  idempotency?: Idempotency,
): Promise<{ state: string }> {
  const { kind, id, ...rest } = parseInput(On, input);
  const asked = parseInput(PassDuty, rest);
  switch (asked.action) {
    case "take": {
      const { action: _, ...input } = asked;
      return askForDuty(actor, { kind, id, ...input }, idempotency);
    }
    case "offer": {
      const { action: _, ...input } = asked;
      return offerDuty(actor, { kind, id, ...input }, idempotency);
    }
    case "accept":
    case "decline": {
      const { action: answer, ...input } = asked;
      return answerHandOver(actor, { kind, id, answer, ...input }, idempotency);
    }
    case "withdraw":
      return withdrawHandOver(actor, { kind, id, duty: asked.duty }, idempotency);
  }
}

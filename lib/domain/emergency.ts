import { z } from "zod";
import { Emergency } from "#lib/domain/rollback.ts";

/** As it stands with the rollback: whoever invoked it, once it was; and why, where that was said when it was declared. */
const StoredEmergency = Emergency.extend({
  by: z.string().optional(),
  reason: z.string().optional(),
});
export type StoredEmergency = z.infer<typeof StoredEmergency>;

/** Reads the emergency of a rollback; null where it is none. */
export function readEmergency(stored: unknown): StoredEmergency | null {
  return stored === null ? null : StoredEmergency.parse(stored);
}

/** Who answers for an emergency: whoever invoked it, and before that whoever started the rollback. */
export function invokerOf({ initiatorId, emergency }: { initiatorId: string; emergency: unknown }): string {
  return readEmergency(emergency)?.by ?? initiatorId;
}

export const DeclareEmergency = Emergency.extend({ reason: z.string().trim().min(1).max(2000) });

/** What an emergency leaves to be done, by whoever invoked it. */
export const debtKinds = ["review", "documentation"] as const;
export const DebtKind = z.enum(debtKinds);
export type DebtKind = z.infer<typeof DebtKind>;

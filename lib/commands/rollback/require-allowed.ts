import { Refusal } from "#lib/domain/errors.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";

/** Throws PLAYBOOK_REFUSES where the rule allows no rollback, with what the playbook says instead. */
export function requireAllowed({ allowed, because }: Pick<ApprovalRules, "allowed" | "because">): void {
  if (!allowed) throw new Refusal("PLAYBOOK_REFUSES", `${because} Nothing was changed.`);
}

import { requireAllowed } from "#lib/commands/rollback/require-allowed.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers, roleTitle, type Role } from "#lib/domain/role.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";

/**
 * Throws PLAYBOOK_REFUSES where the rule allows no rollback, with what the playbook says instead, and FORBIDDEN where
 * it wants a higher role to ask for one. An emergency skips approval, not this.
 */
export function requireMayAsk(rules: ApprovalRules, role: Role | null): void {
  requireAllowed(rules);
  const { initiate } = rules;
  if (role !== null && covers(role, initiate)) return;
  const who = roleTitle[initiate].toLowerCase();
  throw new Refusal(
    "FORBIDDEN",
    `This playbook wants the role ${who} to ask for a rollback here. Nothing was changed.`,
  );
}

import type { Playbook } from "#lib/domain/playbook.ts";
import { covers, roles, type Role } from "#lib/domain/role.ts";

export type ApprovalRules = {
  /** How many different people must approve. */
  required: number;
  /** The roles that the playbook names. */
  roles: Role[];
  /** Those and every role above. */
  eligible: Role[];
  expiryMinutes: number;
};

/** Who may approve, how many, and for how long an approval stands, by the playbook. */
export function approvalRules(playbook: Playbook, environment: { protected: boolean }): ApprovalRules {
  const rule = environment.protected ? playbook.authority.protected : playbook.authority.unprotected;
  return {
    required: rule.approvals,
    roles: [...rule.approverRoles],
    eligible: roles.filter((role) => rule.approverRoles.some((named) => covers(role, named))),
    expiryMinutes: rule.expiryMinutes,
  };
}

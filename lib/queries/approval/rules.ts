import type { Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { AuthorityRule } from "#lib/domain/playbook-authority.ts";
import { covers, roles, type Role } from "#lib/domain/role.ts";

export type ApprovalRules = {
  /** How many different people must approve. */
  required: number;
  /** The roles that the playbook names. */
  roles: Role[];
  /** Those and every role above. */
  eligible: Role[];
  /** Whoever wrote the plan is kept from approving it. Always so where the environment is protected (law 3). */
  fourEyes: boolean;
  expiryMinutes: number;
};

type Where = { name: string; protected: boolean };

/** Who may approve, how many, and for how long an approval stands: the playbook's first rule that fits. */
export function approvalRules(
  playbook: Playbook,
  environment: Where,
  severity: Severity | null = null,
): ApprovalRules {
  const rules = playbook.authority.rules;
  const rule = rules.find((one) => fits(one, environment, severity)) ?? strictest(rules);
  return {
    required: rule.approvals,
    roles: [...rule.roles],
    eligible: roles.filter((role) => rule.roles.some((named) => covers(role, named))),
    fourEyes: rule.fourEyes || environment.protected,
    expiryMinutes: rule.expiryMinutes,
  };
}

function fits(rule: AuthorityRule, environment: Where, severity: Severity | null): boolean {
  if (rule.environments === "protected" && !environment.protected) return false;
  if (rule.environments === "unprotected" && environment.protected) return false;
  if (rule.named && !rule.named.includes(environment.name)) return false;
  return !rule.severities || (severity !== null && rule.severities.includes(severity));
}

function strictest(rules: readonly AuthorityRule[]): AuthorityRule {
  return rules.reduce((most, rule) => (rule.approvals > most.approvals ? rule : most));
}

import { severities, type Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { authorityFor, type AuthorityRule } from "#lib/domain/playbook-authority.ts";
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
  const rule = (severity && authorityFor(rules, severity, environment)) ?? leastSaid(rules, environment);
  return {
    required: rule.approvals,
    roles: [...rule.roles],
    eligible: roles.filter((role) => rule.roles.some((named) => covers(role, named))),
    fourEyes: rule.fourEyes || environment.protected,
    expiryMinutes: rule.expiryMinutes,
  };
}

/** Without a severity every one is possible, so the most demanding of the rules that may hold does. */
function leastSaid(rules: readonly AuthorityRule[], environment: Where): AuthorityRule {
  const possible = severities.flatMap((one) => authorityFor(rules, one, environment) ?? []);
  return (possible.length > 0 ? possible : [...rules]).reduce((most, rule) =>
    rule.approvals > most.approvals ? rule : most,
  );
}

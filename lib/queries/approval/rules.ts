import { isAccepted, leastRole, type Circle } from "#lib/domain/approval-capacity.ts";
import { severities, type Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { authorityFor, type AuthorityRule } from "#lib/domain/playbook-authority.ts";
import { covers, roles, type Role } from "#lib/domain/role.ts";

export type ApprovalRules = {
  /** False: no rollback under this rule, however many agree; `because` says what the playbook says instead. */
  allowed: boolean;
  because: string;
  /** The least role that may ask for one. */
  initiate: Role;
  /** How many different people, by as many different authorities, must approve. */
  required: number;
  /** One for each playbook that wants approvals: a decision needs the word of somebody whom all of them take. */
  circles: Circle[];
  /** The least roles that the playbook names, none of which every other playbook concerned would refuse. */
  roles: Role[];
  /** Those and every role above. */
  eligible: Role[];
  /** Whether whoever is on call for the system may decide. */
  onCall: boolean;
  /** Whoever wrote the plan is kept from approving it. Always so where the environment is protected (law 3). */
  fourEyes: boolean;
  expiryMinutes: number;
  /** Minutes from the submission until the next ones are asked, and until the emergency is offered; null: never. */
  askNextMinutes: number | null;
  emergencyOfferMinutes: number | null;
};

type Where = { name: string; protected: boolean };

/** Who may approve, how many, and for how long an approval stands: the playbook's first rule that fits. */
export function approvalRules(
  playbook: Playbook,
  environment: Where,
  severity: Severity | null = null,
): ApprovalRules {
  const { rules } = playbook.authority;
  const rule = severity && authorityFor(rules, severity, environment);
  return rule ? rulesFrom(rule, environment) : mostDemanding(rules, environment);
}

/**
 * Without a severity every one is possible, so the most demanding of the rules that may hold does. A severity for
 * which nothing is rolled back asks for nothing; only where that is so for all of them is the answer no.
 */
function mostDemanding(all: readonly AuthorityRule[], environment: Where): ApprovalRules {
  const fitting = severities.flatMap((one) => authorityFor(all, one, environment) ?? []);
  const allowed = fitting.filter((rule) => rule.rollbackAllowed);
  const possible = [allowed, fitting, all].find((rules) => rules.length > 0) ?? [];
  const [first, ...others] = possible.map((rule) => rulesFrom(rule, environment));
  if (!first) throw new Error("A playbook has a rule about authority.");
  const most = others.reduce((a, b) => (isStricter(b, a) ? b : a), first);
  const initiate = others.reduce((role, rule) => higher(role, rule.initiate), first.initiate);
  return { ...most, initiate };
}

function isStricter(a: ApprovalRules, b: ApprovalRules): boolean {
  if (a.required !== b.required) return a.required > b.required;
  if (a.eligible.length !== b.eligible.length) return a.eligible.length < b.eligible.length;
  return !a.onCall && b.onCall;
}

function rulesFrom(rule: AuthorityRule, environment: Where): ApprovalRules {
  const circles = rule.approvals === 0 ? [] : [{ roles: [...rule.roles], onCall: rule.onCall }];
  return {
    allowed: rule.rollbackAllowed,
    because: rule.because,
    initiate: rule.initiate,
    required: rule.approvals,
    ...reachOf(circles),
    roles: [...rule.roles],
    fourEyes: rule.fourEyes || environment.protected,
    expiryMinutes: rule.expiryMinutes,
    askNextMinutes: rule.askNextMinutes,
    emergencyOfferMinutes: rule.emergencyOfferMinutes,
  };
}

/** What holds for a rollback that moves several services: each playbook's demands, the stricter everywhere. */
export function mergeRules(a: ApprovalRules, b: ApprovalRules): ApprovalRules {
  const circles = [...a.circles, ...b.circles];
  const reach = reachOf(circles);
  const named = new Set([...a.roles, ...b.roles]);
  return {
    allowed: a.allowed && b.allowed,
    because: a.allowed ? b.because : a.because,
    initiate: higher(a.initiate, b.initiate),
    required: Math.max(a.required, b.required),
    ...reach,
    roles: roles.filter((role) => named.has(role) && reach.eligible.includes(role)),
    fourEyes: a.fourEyes || b.fourEyes,
    expiryMinutes: Math.min(a.expiryMinutes, b.expiryMinutes),
    askNextMinutes: sooner(a.askNextMinutes, b.askNextMinutes),
    emergencyOfferMinutes: sooner(a.emergencyOfferMinutes, b.emergencyOfferMinutes),
  };
}

function reachOf(circles: Circle[]): Pick<ApprovalRules, "circles" | "eligible" | "onCall"> {
  return {
    circles,
    eligible: roles.filter((role) => isAccepted(circles, { kind: "role", role })),
    onCall: circles.length > 0 && circles.every((circle) => circle.onCall),
  };
}

/** The least role whose holders are asked first. */
export function firstAsked(rules: ApprovalRules): Role {
  return rules.circles.map(leastRole).reduce<Role>(higher, "operator");
}

function higher(a: Role, b: Role): Role {
  return covers(a, b) ? a : b;
}

function sooner(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

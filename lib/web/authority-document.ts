import { roles, roleTitle, covers, type Role } from "#lib/domain/role.ts";
import { accessRow } from "#lib/web/may-call.ts";
import type { Route } from "#lib/web/route.ts";

/** Who asks: nobody signed in, or a person with this role everywhere. */
export const callers = ["anonymous", ...roles] as const;
export type Caller = (typeof callers)[number];
export const environments = ["staging", "production"] as const;
export type EnvironmentKind = (typeof environments)[number];

/** `staging` is not protected, `production` is. */
export function mayCall(route: Route, caller: Caller, environment: EnvironmentKind): boolean {
  if (route.access === "public") return true;
  if (caller === "anonymous") return false;
  const row = accessRow(route.access);
  return row === null || covers(caller, leastRole(row, environment));
}

function leastRole(row: { role: Role; protectedRole?: Role }, environment: EnvironmentKind): Role {
  return environment === "production" ? (row.protectedRole ?? row.role) : row.role;
}

/** The table that is published in docs/api/authority.md. */
export function authorityDocument(routes: readonly Route[]): string {
  const title = (caller: Caller): string => (caller === "anonymous" ? "Anonymous" : roleTitle[caller]);
  const cell = (route: Route, caller: Caller): string => {
    const may = environments.filter((environment) => mayCall(route, caller, environment));
    const decidedBy = may.length === 0 ? undefined : accessRow(route.access)?.decidedBy;
    if (decidedBy === "playbook") return "as the playbook says";
    if (decidedBy === "parties" && caller !== "admin") return "their own";
    return may.length === environments.length ? "yes" : may.length === 0 ? "no" : `${may.join(", ")} only`;
  };
  const rows = routes
    .toSorted((a, b) => (a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1))
    .map((route) =>
      [
        `\`${route.method} ${route.path}\``,
        `\`${route.access}\``,
        ...callers.map((caller) => cell(route, caller)),
      ].join(" | "),
    );
  return `# Who may call what

Generated from the endpoint table and the authority table; a test calls every endpoint as every one of these people and
fails when an answer differs from this page, or when an endpoint is missing here.

"Staging" stands for an environment that is not protected, "production" for a protected one. A role held within one
system counts in that system only. "Their own" stands where one has to be a party to the thing.

"As the playbook says" stands where the role is only the least that may be asked: an approval counts when the playbook's
rule for the severity and the environment takes it, by a role that its giver holds, on call where the rule says so, or in
the stead of somebody who lent them such a role until a time; anyone else with that role is refused (\`FORBIDDEN\`). A
lent role counts for approvals alone. In the same way an emergency takes whom the playbook names for it.

Beyond this table stand the rules of a playbook (how many approvals, by whom), four eyes (whoever started or edited a
plan for a protected environment never approves it), and the rules for emergencies.

| Endpoint | Access | ${callers.map(title).join(" | ")} |
| --- | --- | ${callers.map(() => "---").join(" | ")} |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

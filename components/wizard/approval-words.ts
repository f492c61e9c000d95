import { roleTitle, type Role } from "#lib/domain/role.ts";

/** "1 approval by a release manager or admin", "2 approvals by …", "No approval is needed". */
export function approvalWords(required: number, roles: readonly Role[]): string {
  if (required === 0) return "No approval is needed";
  const who = roles.map((role) => roleTitle[role].toLowerCase()).join(" or ");
  return `${required} ${required === 1 ? "approval" : "approvals"} by ${who}`;
}

import { roleTitle, type Role } from "#lib/domain/role.ts";

/** "1 approval by release manager or admin", "2 approvals by … or whoever is on call", "No approval is needed". */
export function approvalWords(required: number, roles: readonly Role[], onCall: boolean): string {
  if (required === 0) return "No approval is needed";
  const named = roles.map((role) => roleTitle[role].toLowerCase());
  const who = [...named, ...(onCall ? ["whoever is on call"] : [])].join(" or ");
  return `${required} ${required === 1 ? "approval" : "approvals"} by ${who}`;
}

import { roleTitle } from "#lib/domain/role.ts";
import type { ApprovalsView, ApprovalView } from "#lib/domain/view.ts";

/** In which capacity somebody decided: `Release manager`, `on call`, `Release manager for Ada`; its end stands apart. */
export function capacityWords({ role, via }: Pick<ApprovalView, "role" | "via">): string {
  if (via.kind === "on_call") return "on call";
  const title = roleTitle[role];
  return via.kind === "role" ? title : `${title} for ${via.lender?.name ?? "somebody"}`;
}

/** Who may decide, in words: `Release manager or admin, or whoever is on call`. */
export function deciderWords({ roles, onCall }: Pick<ApprovalsView, "roles" | "onCall">): string {
  const named = roles
    .map((role, index) => (index === 0 ? roleTitle[role] : roleTitle[role].toLowerCase()))
    .join(" or ");
  if (!onCall) return named || "Nobody";
  return named === "" ? "Whoever is on call" : `${named}, or whoever is on call`;
}

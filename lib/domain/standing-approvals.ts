import type { ApprovalView } from "#lib/domain/view.ts";

/** The approvals that count: neither voided nor lost with the authority on which they rested. */
export function standingApprovals(given: readonly ApprovalView[]): ApprovalView[] {
  return given.filter((one) => one.decision === "approve" && one.voidedAt === null && one.lost === null);
}

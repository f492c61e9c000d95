import { z } from "zod";
import { JsonObject } from "#lib/domain/json.ts";
import { Line, Minutes, PartId, Prose, Source } from "#lib/domain/playbook-words.ts";
import { Role } from "#lib/domain/role.ts";
import { isActive, type RollbackState } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";

/** Checks that run themselves. The worker knows how; a playbook only names them. */
const checkIds = [
  "target_version_in_history",
  "target_version_known_good",
  "target_version_not_quarantined",
  "targets_ready",
  "worker_alive",
  "record_verified",
  "record_writable",
  "configuration_backup_present",
  "database_backup_present",
  "backup_verified",
  "dependencies_compatible",
  "state_captured",
  "schema_compatible",
  "incident_declared",
  "status_update_posted",
  "approver_available",
  "drill_recent",
  "verification_passed",
  "monitoring_passed",
] as const;
export const CheckId = z.enum(checkIds);
export type CheckId = z.infer<typeof CheckId>;

/** When a list must be complete: before submission, before execution, before the incident is closed; or, in drills alone, for the drill to count. */
export const gates = ["submit", "execute", "after", "drill"] as const;
/** Besides those, what must be true after a rollback. It holds nothing up. */
export const ItemGate = z.enum([...gates, "validation"]);
export type ItemGate = z.infer<typeof ItemGate>;

const item = {
  id: PartId,
  title: Line,
  /** A required item that is not done keeps the rollback from going on. */
  required: z.boolean(),
  /** What to do when it fails. */
  advice: Prose,
  /** Only when one of these components is in scope; absent: always. */
  components: z.array(Component).min(1).max(7).optional(),
  /** The least role that may override it with a reason; absent: nobody. */
  overrideRole: Role.optional(),
  source: Source,
};

const ChecklistItem = z.discriminatedUnion("kind", [
  z.strictObject({
    ...item,
    kind: z.literal("automatic"),
    check: CheckId,
    params: JsonObject.default({}),
  }),
  z.strictObject({ ...item, kind: z.literal("manual"), help: Prose.optional() }),
]);
type ChecklistItem = z.infer<typeof ChecklistItem>;

export const Checklist = z.strictObject({
  id: PartId,
  title: Line,
  about: z.enum(["readiness", "communication", "backup", "validation", "follow_up", "drill"]),
  gate: z.enum(gates),
  /** How long it takes, where the document says so. */
  minutes: Minutes.optional(),
  items: z.array(ChecklistItem).min(1).max(100),
  source: Source,
});
export type Checklist = z.infer<typeof Checklist>;

/** An item as a rollback carries it, in order. */
export type OpenItem = ChecklistItem & { checklist: string; position: number };

/** The items of one gate that concern this scope, in the document's order. */
export function itemsFor(
  checklists: readonly Checklist[],
  gate: Checklist["gate"],
  scope: readonly Component[],
): OpenItem[] {
  return checklists
    .filter((list) => list.gate === gate)
    .flatMap((list) =>
      list.items
        .filter((one) => !one.components || one.components.some((component) => scope.includes(component)))
        .map((one) => ({ ...one, checklist: list.id })),
    )
    .map((one, position) => ({ ...one, position }));
}

/** Whether items of this gate can be ticked, overridden or checked again now. A drill's own items can from first to last. */
export function isGateOpen(
  gate: ItemGate,
  rollback: { state: RollbackState; startedAt: Date | string | null },
): boolean {
  const { state } = rollback;
  switch (gate) {
    case "submit":
      return state === "draft";
    case "execute":
      return state === "draft" || state === "awaiting_approval" || state === "approved";
    case "after":
      return rollback.startedAt !== null && !isActive(state);
    case "validation":
      return rollback.startedAt !== null && (state === "monitoring" || !isActive(state));
    case "drill":
      return true;
  }
}

/** The required items that still keep a rollback from passing their gate. */
export function openRequired<T extends { required: boolean; state: string }>(items: readonly T[]): T[] {
  return items.filter((one) => one.required && one.state !== "done" && one.state !== "overridden");
}

import { isGateOpen, ItemGate } from "#lib/domain/checklist.ts";
import { checklistTitles } from "#lib/domain/checklist-items.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { covers, Role } from "#lib/domain/role.ts";
import { RollbackState } from "#lib/domain/rollback.ts";
import type { ChecklistItemView, PersonRef, RollbackView } from "#lib/domain/view.ts";
import type { ChecklistItem, Rollback } from "#prisma/client.ts";
import { iso } from "#lib/queries/rollback/summary.ts";

type About = {
  rollback: Rollback;
  playbook: Playbook;
  /** The reader's, in the system of the service. */
  role: Role | null;
  person: (id: string) => PersonRef;
};

/** The checklists of a rollback as they matter where it stands, with the titles of their lists. */
export function checklistViews(
  items: readonly ChecklistItem[],
  about: About,
): Pick<RollbackView, "checklist" | "checklists" | "validation"> {
  const { playbook, rollback } = about;
  const shown = items.map((item) => itemView(item, about)).filter((item) => isShown(item.gate, rollback));
  const isNamed = (list: { id: string; gate: string }): boolean =>
    shown.some((item) => item.checklist === list.id && item.gate === list.gate);
  return {
    checklist: shown.filter((item) => item.gate !== "validation"),
    checklists: checklistTitles(playbook, rollback.procedure).filter(isNamed),
    validation: shown.filter((item) => item.gate === "validation"),
  };
}

/** What comes after a rollback is nobody's business before it. */
function isShown(gate: ItemGate, rollback: Rollback): boolean {
  if (gate !== "after" && gate !== "validation") return true;
  return isGateOpen(gate, { ...rollback, state: RollbackState.parse(rollback.state) });
}

function itemView(item: ChecklistItem, { rollback, role, person }: About): ChecklistItemView {
  const gate = ItemGate.parse(item.gate);
  const isAutomatic = item.kind === "automatic";
  const overrideRole = Role.nullable().parse(item.overrideRole);
  const isOpen = isGateOpen(gate, { ...rollback, state: RollbackState.parse(rollback.state) });
  const mayAct = isOpen && role !== null && covers(role, "operator");
  const isOverridden = item.state === "overridden";
  const maySettle = overrideRole !== null && role !== null && covers(role, overrideRole);
  return {
    id: item.itemId,
    title: item.title,
    checklist: item.checklist,
    gate,
    kind: isAutomatic ? "automatic" : "manual",
    required: item.required,
    state: item.state as ChecklistItemView["state"],
    evidence: item.evidence,
    advice: item.advice,
    help: item.help,
    overrideRole,
    note: item.note,
    by: item.byId ? person(item.byId) : null,
    at: iso(item.at),
    may: {
      tick: mayAct && (!isAutomatic || isOverridden),
      override: mayAct && maySettle && item.state !== "done" && !isOverridden,
      checkAgain: mayAct && isAutomatic && !isOverridden,
    },
  };
}

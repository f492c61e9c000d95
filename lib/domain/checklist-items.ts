import { gates, itemsFor, type CheckId, type ItemGate, type OpenItem } from "#lib/domain/checklist.ts";
import { procedureOf, type Playbook } from "#lib/domain/playbook.ts";
import type { Role } from "#lib/domain/role.ts";
import type { Component } from "#lib/domain/service.ts";

/** One thing that must be true after a rollback. */
export type ValidationPoint = Playbook["validation"][number];

/** Under which the conditions of a procedure, and what must be true afterwards, stand as lists of their own. */
const prerequisites = "prerequisites";
const validation = "validation";

/** Who settles an item: a check that runs itself, a validation point that is measured, or a person. */
type By = { kind: "check"; check: CheckId } | { kind: "point"; point: ValidationPoint } | { kind: "person" };

/** An item of a rollback's checklist, before anybody has looked. */
export type ItemSpec = {
  id: string;
  title: string;
  /** The id of its list. */
  checklist: string;
  gate: ItemGate;
  required: boolean;
  advice: string | null;
  help: string | null;
  /** The least role that may override it; null: nobody. */
  overrideRole: Role | null;
  by: By;
};

export type ListTitle = { id: string; title: string; gate: ItemGate; minutes: number | null };

type Asked = { procedure: string; scope: readonly Component[]; drill: boolean };

/**
 * Everything that a rollback's checklists ask: the playbook's lists as far as they concern this scope, the conditions
 * of its procedure, and the validation points; a drill's own list in drills alone. Gate by gate, each in the document's order. Pure.
 */
export function checklistItems(playbook: Playbook, asked: Asked): ItemSpec[] {
  const listed = gates
    .filter((gate) => gate !== "drill" || asked.drill)
    .flatMap((gate) => itemsFor(playbook.checklists, gate, asked.scope).map((one) => listedItem(one, gate)));
  return [...listed, ...prerequisiteItems(playbook, asked.procedure), ...playbook.validation.map(pointItem)];
}

function listedItem(one: OpenItem, gate: ItemGate): ItemSpec {
  return {
    id: one.id,
    title: one.title,
    checklist: one.checklist,
    gate,
    required: one.required,
    advice: one.advice,
    help: one.kind === "manual" ? (one.help ?? null) : null,
    overrideRole: one.overrideRole ?? null,
    by: one.kind === "manual" ? { kind: "person" } : { kind: "check", check: one.check },
  };
}

/** The lists behind those items, each with its title, and with its time where the document gives one. */
export function checklistTitles(playbook: Playbook, procedure: string): ListTitle[] {
  const title = procedureOf(playbook, procedure)?.title ?? procedure;
  return [
    ...playbook.checklists.map((list) => ({
      id: list.id,
      title: list.title,
      gate: list.gate,
      minutes: list.minutes ?? null,
    })),
    { id: prerequisites, title: `What “${title}” needs`, gate: "submit", minutes: null },
    { id: validation, title: "Is it right again?", gate: "validation", minutes: null },
  ];
}

function prerequisiteItems(playbook: Playbook, id: string): ItemSpec[] {
  return (procedureOf(playbook, id)?.prerequisites ?? []).map((one, index) => {
    const { title, check, advice } = typeof one === "string" ? { title: one } : { ...one };
    return {
      // A tick is about this procedure: another one asks anew.
      id: `${prerequisites}:${id}:${index + 1}`,
      title,
      checklist: prerequisites,
      gate: "submit",
      required: true,
      advice: advice ?? "Make it so, or choose another procedure.",
      help: null,
      overrideRole: null,
      by: check === undefined ? { kind: "person" } : { kind: "check", check },
    };
  });
}

function pointItem(point: ValidationPoint): ItemSpec {
  return {
    id: `${validation}:${point.id}`,
    title: point.title,
    checklist: validation,
    gate: "validation",
    required: false,
    advice: null,
    help: point.expect,
    overrideRole: null,
    by: point.by.kind === "manual" ? { kind: "person" } : { kind: "point", point },
  };
}

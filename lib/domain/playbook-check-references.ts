import { phaseIds } from "#lib/domain/plan.ts";
import type { Playbook, PlaybookFault } from "#lib/domain/playbook.ts";

/** Names that stand twice where each may stand once. */
export function duplicates(playbook: Playbook): PlaybookFault[] {
  const rows = playbook.matrices.flatMap((matrix, m) =>
    matrix.rows.map((row, r) => ({ id: row.id, path: `matrices.${m}.rows.${r}.id` })),
  );
  const items = playbook.checklists.flatMap((list, c) =>
    list.items.map((item, i) => ({ id: item.id, path: `checklists.${c}.items.${i}.id` })),
  );
  const steps = playbook.procedures.map((procedure, p) =>
    phaseIds.flatMap((phase) =>
      procedure.phases[phase].map((step, s) => ({
        id: step.id,
        path: `procedures.${p}.phases.${phase}.${s}.id`,
      })),
    ),
  );
  return [
    twice("rule", [
      ...rows,
      { id: playbook.otherwise.id, path: "otherwise.id" },
      { id: playbook.undecided.id, path: "undecided.id" },
    ]),
    twice("checklist item", items),
    ...steps.map((list) => twice("step", list)),
    twice("fact", at("facts", playbook.facts)),
    twice("window", at("windows", playbook.windows)),
    twice("matrix", at("matrices", playbook.matrices)),
    twice("strategy", at("strategies", playbook.strategies)),
    twice("scope", at("scopes", playbook.scopes)),
    twice("trigger", at("triggers", playbook.triggers)),
    twice("authority rule", at("authority.rules", playbook.authority.rules)),
    twice("criterion", at("authority.emergency.criteria", playbook.authority.emergency.criteria)),
    twice("checklist", at("checklists", playbook.checklists)),
    twice("procedure", at("procedures", playbook.procedures)),
    twice("validation point", at("validation", playbook.validation)),
    twice("scenario", at("scenarios", playbook.scenarios)),
    twice("remedy", at("remedies", playbook.remedies)),
    twice("metric", at("monitoring.metrics", playbook.monitoring.metrics)),
    twice("objective", at("objectives", playbook.objectives)),
    twice("notification", at("notifications", playbook.notifications)),
    twice("template", at("templates", playbook.templates)),
    twice("constraint", at("constraints", playbook.constraints)),
    twice(
      "urgency",
      playbook.alerts.map((one, i) => ({ id: one.urgency, path: `alerts.${i}.urgency` })),
    ),
  ].flat();
}

function at(path: string, parts: readonly { id: string }[]): { id: string; path: string }[] {
  return parts.map((part, i) => ({ id: part.id, path: `${path}.${i}.id` }));
}

function twice(what: string, parts: readonly { id: string; path: string }[]): PlaybookFault[] {
  const seen = new Set<string>();
  return parts.flatMap(({ id, path }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ path, message: `There is already a ${what} "${id}".` }];
  });
}

/** Names that point at nothing. */
export function danglingNames(playbook: Playbook): PlaybookFault[] {
  const procedures = new Set(playbook.procedures.map((one) => one.id));
  const windows = new Set(playbook.windows.map((one) => one.id));
  const urgencies = new Set(playbook.alerts.map((one) => one.urgency));
  const templates = new Set(playbook.templates.map((one) => one.id));
  const check = (known: ReadonlySet<string>, what: string, path: string, id?: string | null) =>
    id === undefined || id === null || known.has(id)
      ? []
      : [{ path, message: `There is no ${what} "${id}".` }];
  const said = [
    ...playbook.matrices.flatMap((matrix, m) =>
      matrix.rows.map((row, r) => ({ path: `matrices.${m}.rows.${r}`, row })),
    ),
    { path: "otherwise", row: playbook.otherwise },
    { path: "undecided", row: playbook.undecided },
  ];
  return [
    ...said.flatMap(({ path, row }) => [
      ...check(windows, "window", `${path}.window`, row.window),
      ...row.procedures.flatMap((id, i) => check(procedures, "procedure", `${path}.procedures.${i}`, id)),
    ]),
    ...playbook.triggers.flatMap((one, i) => [
      ...check(procedures, "procedure", `triggers.${i}.procedure`, one.procedure),
      ...check(urgencies, "urgency", `triggers.${i}.urgency`, one.urgency),
    ]),
    ...playbook.strategies.flatMap((one, i) =>
      check(procedures, "procedure", `strategies.${i}.procedure`, one.procedure),
    ),
    ...playbook.scenarios.flatMap((one, i) =>
      check(procedures, "procedure", `scenarios.${i}.procedure`, one.procedure),
    ),
    ...playbook.notifications.flatMap((one, i) =>
      check(templates, "template", `notifications.${i}.template`, one.template),
    ),
    ...playbook.procedures.flatMap((one, p) =>
      one.then.flatMap((id, i) => check(procedures, "procedure", `procedures.${p}.then.${i}`, id)),
    ),
    ...durationFacts(playbook),
  ];
}

/** `heldFor` names a duration, and a duration has none itself. */
function durationFacts(playbook: Playbook): PlaybookFault[] {
  return playbook.facts.flatMap((fact, i) => {
    if (fact.heldFor === undefined) return [];
    const path = `facts.${i}.heldFor`;
    const other = playbook.facts.find((one) => one.id === fact.heldFor);
    if (!other) return [{ path, message: `There is no fact "${fact.heldFor}".` }];
    if (other.type !== "duration") return [{ path, message: `"${other.id}" is not a duration.` }];
    if (other.heldFor === undefined) return [];
    return [{ path, message: `"${fact.id}" and "${other.id}" ask each other how long they have held.` }];
  });
}

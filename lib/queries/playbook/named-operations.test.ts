import { describe, expect, it } from "vitest";
import { adapters } from "#lib/adapters/registry.ts";
import { phaseIds, type PhaseId } from "#lib/domain/plan.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Procedure, ProcedureStep } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const playbooks = (await builtInPlaybooks()).map(({ source }): Playbook => {
  const parsed = parsePlaybook(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults, null, 2));
  return parsed.playbook;
});

type Named = { procedure: string; phase: PhaseId; step: ProcedureStep; component: Component; id: string };

function named({ id: procedure, phases }: Procedure): Named[] {
  return phaseIds.flatMap((phase) =>
    phases[phase].flatMap((step) => {
      const { component, operations = [] } = step;
      return component === undefined
        ? []
        : operations.map((id) => ({ procedure, phase, step, component, id }));
    }),
  );
}

function isOffered({ component, phase, id }: Pick<Named, "component" | "phase" | "id">): boolean {
  return adapters.some(
    (adapter) =>
      adapter.components.includes(component) &&
      adapter.operations.some((operation) => operation.id === id && operation.phase === phase),
  );
}

const shown = ({ procedure, phase, step, component, id }: Named): string =>
  `${procedure}, ${phase}, ${step.id}: ${component} ${id}`;

/** Whether a step of the phase takes whatever of the component no step before it has named. */
const isOpen = (steps: readonly ProcedureStep[], component: Component): boolean =>
  steps.some((step) => step.component === component && step.operations === undefined);

/** Operations that steps name after one that takes everything, or that a step before has named: they never match. */
function neverReached(procedure: Procedure): string[] {
  return phaseIds.flatMap((phase) => {
    const taken = new Set<string>();
    return procedure.phases[phase].flatMap((step) => {
      if (step.component === undefined) return [];
      if (step.operations === undefined) {
        taken.add(step.component);
        return [];
      }
      const { component } = step;
      return step.operations.flatMap((id) => {
        const isTaken = taken.has(component) || taken.has(`${component} ${id}`);
        taken.add(`${component} ${id}`);
        // One layer each, and the first of the steps takes them all: what a person does stands in the others.
        return isTaken && id !== "start-layer"
          ? [shown({ procedure: procedure.id, phase, step, component, id })]
          : [];
      });
    });
  });
}

/** Half a minute is all it has: a health check is proof enough for now, says the document. */
const leavesChecksOut = new Set(["quick-switch"]);

/** Phases that name operations of a component and would leave out, without a trace, a check that the team registered. */
function checksLeftOut({ id, phases }: Procedure): string[] {
  if (leavesChecksOut.has(id)) return [];
  const names = { validation: ["validate"], verification: ["verify", "check", "run"] };
  return (["validation", "verification"] as const).flatMap((phase) => {
    const steps = phases[phase];
    const components = new Set(steps.flatMap((step) => (step.operations ? (step.component ?? []) : [])));
    return [...components].flatMap((component) => {
      const own = steps
        .filter((step) => step.component === component)
        .flatMap((step) => step.operations ?? []);
      const isTaken = isOpen(steps, component) || names[phase].some((name) => own.includes(name));
      return isTaken ? [] : [`${id}, ${phase}: ${component}`];
    });
  });
}

const byDowngrade = "a backup is restored, and no migration undone";
const behindThePage =
  "maintenance mode alone is wanted of the routing; who serves cannot be asked behind its page";
/** Where a procedure has nothing more looked at, and why: of a phase that names operations, what it does not name vanishes. */
const looksAtNoMore: Record<string, string> = {
  "migration-restore, validation, database": byDowngrade,
  "point-in-time, validation, database": byDowngrade,
  "complete-system, validation, database": byDowngrade,
  "database-restore, validation, database": byDowngrade,
  "migrate-back, validation, database": "a migration is undone, and no backup restored",
  "blue-green-switch, initiation, code": "the code stays where it is; another colour of it serves",
  "blue-green-switch, validation, code": "the code stays where it is; another colour of it serves",
  "quick-switch, validation, code": "half a minute is all it has",
  "quick-switch, verification, code": "half a minute is all it has",
  ...Object.fromEntries(
    ["complete-system", "complete-platform", "database-restore"].flatMap((id) =>
      ["validation", "execution", "verification"].map((phase) => [`${id}, ${phase}, routing`, behindThePage]),
    ),
  ),
};

/** Phases in which a procedure leaves out what an adapter would look at, other than a team's own checks. */
function looksLeftOut({ id: procedure, phases }: Procedure): string[] {
  return phaseIds.flatMap((phase) => {
    const steps = phases[phase];
    const components = new Set(steps.flatMap((step) => (step.operations ? (step.component ?? []) : [])));
    return [...components].flatMap((component) => {
      if (isOpen(steps, component)) return [];
      const own = steps
        .filter((step) => step.component === component)
        .flatMap((step) => step.operations ?? []);
      const left = adapters
        .filter((one) => one.components.includes(component) && !isCheck(one))
        .flatMap((one) => one.operations)
        .filter((one) => one.phase === phase && !one.mutating && !own.includes(one.id));
      return left.length > 0 ? [`${procedure}, ${phase}, ${component}`] : [];
    });
  });
}

const isCheck = ({ operations }: (typeof adapters)[number]): boolean =>
  operations.some(({ id }) => id === "validate");

describe.each(playbooks)(
  "The operations that the built-in playbook $id names",
  ({ procedures, validation }) => {
    it("are each offered by an adapter of that component in that phase", () => {
      const all = procedures.flatMap(named);
      expect(all.length).toBeGreaterThan(0);
      expect(all.filter((one) => !isOffered(one)).map(shown)).toEqual([]);
    });

    it("can each be reached: no step before it has taken them all", () => {
      expect(procedures.flatMap(neverReached)).toEqual([]);
    });

    it("leave no check out that a team has registered", () => {
      expect(procedures.flatMap(checksLeftOut)).toEqual([]);
    });

    it("leave out nothing that an adapter would look at, except for a reason", () => {
      const unexplained = procedures.flatMap(looksLeftOut).filter((one) => looksAtNoMore[one] === undefined);
      expect(unexplained).toEqual([]);
    });

    it("are offered after the rollback where they are to prove that it is right again", () => {
      for (const { id, by } of validation) {
        if (by.kind !== "evidence") continue;
        const { components = [], operations = [] } = by;
        for (const component of components) {
          const offered = operations.filter((operation) =>
            isOffered({ component, phase: "verification", id: operation }),
          );
          expect([id, component, offered]).toEqual([id, component, operations]);
        }
      }
    });
  },
);

it("Every reason for looking at no more belongs to a procedure that does so", () => {
  const found = new Set(playbooks.flatMap((one) => one.procedures).flatMap(looksLeftOut));
  expect(Object.keys(looksAtNoMore).filter((one) => !found.has(one))).toEqual([]);
});

describe("A step that does not fit the adapters", () => {
  const procedure = (steps: Partial<Procedure["phases"]>): Procedure => {
    const [some] = playbooks.flatMap((one) => one.procedures);
    if (!some) throw new Error("No playbook has a procedure.");
    const none = { initiation: [], validation: [], verification: [], completion: [] };
    return { ...some, id: "p", phases: { ...none, execution: [], ...steps } };
  };
  const step = (component: Component, operations?: string[]): ProcedureStep => ({
    ...{ id: "s", title: "A step", component, hold: false, source: "Lastgood" },
    ...(operations ? { operations } : {}),
  });
  const misfits = (one: Procedure): string[] =>
    named(one)
      .filter((other) => !isOffered(other))
      .map(shown);

  it("is told by its operation, its phase and its component", () => {
    expect(misfits(procedure({ execution: [step("database", ["verify-backup", "swap-names"])] }))).toEqual([
      "p, execution, s: database verify-backup",
    ]);
    expect(misfits(procedure({ verification: [step("routing", ["on"])] }))).toHaveLength(1);
    expect(misfits(procedure({ execution: [step("code", ["on"])] }))).toHaveLength(1);
    expect(misfits(procedure({ execution: [step("routing", ["on"])] }))).toEqual([]);
  });

  it("is told when another step takes its operations", () => {
    const twice = [step("database", ["current"]), step("database", ["current"])];
    expect(neverReached(procedure({ validation: twice }))).toHaveLength(1);
    expect(neverReached(procedure({ validation: [step("code"), step("code", ["confirm"])] }))).toHaveLength(
      1,
    );
    expect(neverReached(procedure({ validation: [step("code", ["confirm"]), step("code")] }))).toEqual([]);
  });

  it("is told when it leaves a registered check out", () => {
    expect(checksLeftOut(procedure({ verification: [step("code", ["verify-health"])] }))).toHaveLength(1);
    expect(checksLeftOut(procedure({ verification: [step("code", ["check"])] }))).toEqual([]);
    expect(checksLeftOut(procedure({ validation: [step("database", ["current"])] }))).toHaveLength(1);
    expect(
      checksLeftOut(procedure({ validation: [step("database", ["current"]), step("database")] })),
    ).toEqual([]);
  });
});

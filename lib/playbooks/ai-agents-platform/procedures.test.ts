import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import type { PhaseId, PlanBody } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Component } from "#lib/domain/service.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

/** One target, as an adapter answers for it: it looks first, acts, and looks again. Its order is not the document's. */
const target = (component: Component, acts: readonly string[], looks: readonly string[] = ["confirm"]) => [
  ...plannedOperations(component, "initiation", ["capture"]),
  ...plannedOperations(component, "validation", looks),
  ...plannedOperations(component, "execution", acts),
];
const verify = (component: Component, ids: readonly string[]) =>
  plannedOperations(component, "verification", ids);

const compose = [
  ...target("code", ["start-layer", "pull", "stop", "pin-images"]),
  ...verify("code", ["run", "check", "verify-health"]),
];
const render = [
  ...target("code", ["rollback", "revert-commit"]),
  ...verify("code", ["check", "verify-version", "verify"]),
];
const databases = [
  ...target(
    "database",
    ["swap-names", "downgrade-to", "point-in-time", "restore-new", "terminate-connections", "emergency-dump"],
    ["validate", "verify-backup", "check-reversible", "current"],
  ),
  ...verify("database", ["count-rows", "check-integrity", "verify", "current"]),
];
const environment = [
  ...target("configuration", ["restart", "restore"]),
  ...verify("configuration", ["verify"]),
];
const services: Record<string, PlannedOperation[]> = {
  "code-render": render,
  "code-compose": compose,
  "migration-downgrade": [...compose, ...databases],
  "migration-restore": [...compose, ...databases],
  "configuration-render": [
    ...target("configuration", ["restore-environment"]),
    ...verify("configuration", ["verify"]),
  ],
  "configuration-compose": environment,
  "feature-flag-off": [...target("feature_flag", ["set"]), ...verify("feature_flag", ["verify"])],
  "emergency-full-rollback": compose,
  "database-switch-back": [...compose, ...environment],
  "point-in-time": [...compose, ...databases],
};
const lostHour = { from: "2026-01-01T02:00:00Z", to: "2026-01-01T03:00:00Z" };
const losing = ["migration-restore", "point-in-time"];
const plan = (procedure: string): PlanBody =>
  planOf(
    playbook,
    procedure,
    services[procedure] ?? [],
    losing.includes(procedure) ? { dataLoss: lostHour } : {},
  );

const codeBack = ["code pin-images", "code pull", "code start-layer"];
const beforeIt = ["code capture", "database capture"];

describe("The steps of each procedure, in the document's order", () => {
  it.each<[string, Partial<Record<PhaseId, string[]>>]>([
    [
      "code-render",
      {
        initiation: ["code capture"],
        validation: ["code confirm"],
        execution: ["code revert-commit", "code rollback"],
        verification: ["code verify", "code verify-version", "code check"],
      },
    ],
    [
      "code-compose",
      {
        initiation: ["code capture"],
        validation: ["code confirm"],
        execution: ["code pin-images", "code pull", "code stop", "code start-layer"],
        verification: ["code verify-health", "code check", "code run"],
      },
    ],
    [
      "migration-downgrade",
      {
        initiation: beforeIt,
        validation: [
          ...["database current", "database check-reversible", "database validate"],
          ...["database verify-backup", "code confirm"],
        ],
        execution: [
          ...["database emergency-dump", "database downgrade-to"],
          ...["code pin-images", "code pull", "code stop", "code start-layer"],
        ],
        verification: [
          ...["database current", "database verify", "database count-rows", "database check-integrity"],
          ...["code run", "code check", "code verify-health"],
        ],
      },
    ],
    [
      "migration-restore",
      {
        initiation: beforeIt,
        validation: ["database verify-backup", "database current", "database validate", "code confirm"],
        execution: [
          ...["code stop", "database emergency-dump", "database restore-new"],
          ...["database terminate-connections", "database swap-names", ...codeBack],
        ],
        verification: [
          ...["database count-rows", "database check-integrity", "database verify", "database current"],
          ...["code run", "code check", "code verify-health"],
        ],
      },
    ],
    [
      "configuration-render",
      {
        initiation: ["configuration capture"],
        validation: ["configuration confirm"],
        execution: ["configuration restore-environment"],
        verification: ["configuration verify"],
      },
    ],
    [
      "configuration-compose",
      {
        validation: ["configuration confirm"],
        execution: ["configuration restore", "configuration restart"],
        verification: ["configuration verify"],
      },
    ],
    [
      "feature-flag-off",
      {
        validation: ["feature_flag confirm"],
        execution: ["feature_flag set"],
        verification: ["feature_flag verify"],
      },
    ],
    [
      "emergency-full-rollback",
      {
        execution: ["code pin-images", "code pull", "code stop", "code start-layer"],
        verification: ["code verify-health", "code check", "code run"],
      },
    ],
    [
      "database-switch-back",
      {
        execution: [
          ...["configuration restore", "configuration restart"],
          ...["code pin-images", "code pull", "code stop", "code start-layer"],
        ],
        verification: ["configuration verify", "code run", "code check", "code verify-health"],
      },
    ],
    [
      "point-in-time",
      {
        initiation: beforeIt,
        validation: ["database verify-backup", "database current", "database validate", "code confirm"],
        execution: [
          ...["code stop", "database emergency-dump", "database terminate-connections"],
          ...["database point-in-time", "database swap-names", ...codeBack],
        ],
        verification: [
          ...["database count-rows", "database check-integrity", "database verify", "database current"],
          ...["code run", "code check", "code verify-health"],
        ],
      },
    ],
  ])("%s", (procedure, phases) => {
    const built = plan(procedure);
    for (const [phase, steps] of Object.entries(phases)) {
      expect(stepNames(built, phase as PhaseId), phase).toEqual(steps);
    }
  });
});

describe("A procedure", () => {
  it.each<[string, number, number, number, number, "low" | "medium" | "high"]>([
    ["code-render", 5, 10, 600, 2, "medium"],
    ["code-compose", 5, 10, 600, 10, "medium"],
    ["migration-downgrade", 15, 30, 1800, 30, "high"],
    ["migration-restore", 15, 30, 1800, 30, "high"],
    ["configuration-render", 2, 5, 600, 2, "low"],
    ["configuration-compose", 2, 5, 600, 2, "low"],
    ["feature-flag-off", 0, 1, 600, 0, "low"],
    ["emergency-full-rollback", 10, 15, 900, 15, "medium"],
    ["database-switch-back", 2, 5, 600, 2, "medium"],
    ["point-in-time", 15, 30, 1800, 30, "high"],
  ])("%s takes %i to %i min, %i s at most", (id, from, to, rollbackSeconds, downtimeMinutes, risk) => {
    expect(procedureOf(playbook, id)?.minutes).toEqual({ from, to });
    const built = plan(id);
    expect(built.limits).toEqual({ rollbackSeconds, healthSeconds: 120 });
    expect(built.estimate).toMatchObject({ minutes: to, downtimeMinutes });
    expect(built.risk).toBe(risk);
    expect(built.monitoringSeconds).toBe(3600);
    expect(built.dataLoss?.phrase ?? null).toBe(losing.includes(id) ? "CONFIRM DATA LOSS" : null);
  });

  it("is one of these ten", () => {
    expect(playbook.procedures.map((one) => one.id).toSorted()).toEqual(Object.keys(services).toSorted());
  });

  it("that loses data is refused while nobody knows which", () => {
    for (const id of losing) {
      expect(() => planOf(playbook, id, services[id] ?? [])).toThrow("the window is not known");
    }
  });

  it("of a migration leaves the other way back alone, though one database has the operations of both", () => {
    const ways = ["database downgrade-to", "database restore-new", "database point-in-time"];
    const way = (id: string) => stepNames(plan(id), "execution").filter((one) => ways.includes(one));
    expect(way("migration-downgrade")).toEqual(["database downgrade-to"]);
    expect(way("migration-restore")).toEqual(["database restore-new"]);
    expect(way("point-in-time")).toEqual(["database point-in-time"]);
  });

  it("fetches every image before it stops a service, unless the database has stopped them anyway", () => {
    const fetching = playbook.procedures.filter((one) =>
      one.phases.execution.some((step) => step.operations?.includes("pull")),
    );
    for (const { id } of fetching.filter((one) => !losing.includes(one.id))) {
      const acts = stepNames(plan(id), "execution");
      expect([id, acts.indexOf("code pull") < acts.indexOf("code stop")]).toEqual([id, true]);
    }
    expect(fetching).toHaveLength(6);
  });

  it("that puts a commit back tells a person to push it as a new one, as the adapter does", () => {
    const reverting = playbook.procedures
      .flatMap((one) => one.phases.execution)
      .filter((step) => step.operations?.includes("revert-commit"));
    for (const { byHand } of reverting)
      expect(byHand).toMatch(/read-tree -u --reset .* git push origin main/);
    expect(reverting).toHaveLength(7);
  });

  it("of one platform loses no step on the other", () => {
    const acts = (id: string, planned: readonly PlannedOperation[]) =>
      stepNames(planOf(playbook, id, planned), "execution").toSorted();
    for (const id of ["code-render", "code-compose", "emergency-full-rollback"]) {
      expect(acts(id, render)).toEqual(["code revert-commit", "code rollback"]);
      expect(acts(id, compose)).toHaveLength(4);
    }
  });

  it.each([
    ["code-render", ["git reset --hard", "git revert HEAD", "Force push", "second newest tag", "/tmp"]],
    ["code-compose", ["only then build", "git checkout", "build its images again", "docker-compose restart"]],
    ["migration-downgrade", ["alembic downgrade -1", "alembic upgrade +1", "fresh snapshot", "git checkout"]],
    [
      "migration-restore",
      ["restored data once it", "DROP DATABASE", "Restore the dump", "Restart the services"],
    ],
    ["configuration-render", ["/tmp"]],
    ["configuration-compose", ["docker-compose restart", "cp .env.backup .env", "grep"]],
    ["feature-flag-off", ["echo the variable", "docker-compose restart", "key on the command line"]],
    ["emergency-full-rollback", ["only then build", "second tag", "docker-compose down", "Wait 30 seconds"]],
    ["database-switch-back", ["Switch the connection string"]],
    ["point-in-time", ["restored data once it", "pg_restore --clean"]],
  ])("%s says in whose place its safe forms stand", (id, written) => {
    const forms = procedureOf(playbook, id)?.safeForms.map((one) => one.written) ?? [];
    for (const words of written)
      expect(
        forms.some((one) => one.includes(words)),
        words,
      ).toBe(true);
  });

  it("never tells a person to do what its safe forms replace", () => {
    const byHand = playbook.procedures
      .flatMap((one) => Object.values(one.phases).flat())
      .flatMap((step) => step.byHand ?? []);
    const harmful =
      /downgrade -1|upgrade \+1|reset --hard|--force(?!-recreate)|revert HEAD|DROP DATABASE|compose down|compose restart|tail -1|sed -n|--clean|--detach|rm -/;
    expect(byHand.filter((one) => harmful.test(one))).toEqual([]);
    expect(byHand.length).toBeGreaterThan(50);
  });
});

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
  ...target("code", ["rollback-deploy", "revert-commit"]),
  ...verify("code", ["check", "verify"]),
];
const databases = [
  ...target(
    "database",
    ["swap-names", "downgrade-to", "point-in-time", "count-rows", "restore-new", "check-integrity"].concat([
      "terminate-connections",
      "emergency-dump",
    ]),
    ["confirm", "verify-backup", "check-reversible", "current"],
  ),
  ...verify("database", ["count-rows", "current"]),
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
        execution: ["code revert-commit", "code rollback-deploy"],
        verification: ["code verify", "code check"],
      },
    ],
    [
      "code-compose",
      {
        initiation: ["code capture"],
        validation: ["code confirm"],
        execution: ["code pin-images", "code stop", "code pull", "code start-layer"],
        verification: ["code verify-health", "code check", "code run"],
      },
    ],
    [
      "migration-downgrade",
      {
        initiation: beforeIt,
        validation: [
          ...["database current", "database check-reversible", "database confirm"],
          ...["database verify-backup", "code confirm"],
        ],
        execution: [
          ...["database emergency-dump", "database downgrade-to"],
          ...["code pin-images", "code pull", "code stop", "code start-layer"],
        ],
        verification: [
          ...["database current", "database count-rows"],
          ...["code run", "code check", "code verify-health"],
        ],
      },
    ],
    [
      "migration-restore",
      {
        initiation: beforeIt,
        execution: [
          ...["code stop", "database emergency-dump", "database restore-new"],
          ...["database check-integrity", "database count-rows"],
          ...["database terminate-connections", "database swap-names", ...codeBack],
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
        execution: ["code pin-images", "code stop", "code pull", "code start-layer"],
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
        execution: [
          ...["code stop", "database emergency-dump", "database terminate-connections"],
          ...["database point-in-time", "database check-integrity", "database count-rows"],
          ...["database swap-names", ...codeBack],
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

  it("of one platform loses no step on the other", () => {
    const acts = (id: string, planned: readonly PlannedOperation[]) =>
      stepNames(planOf(playbook, id, planned), "execution").toSorted();
    for (const id of ["code-render", "code-compose", "emergency-full-rollback"]) {
      expect(acts(id, render)).toEqual(["code revert-commit", "code rollback-deploy"]);
      expect(acts(id, compose)).toHaveLength(4);
    }
  });

  it.each([
    ["code-render", ["git reset --hard", "git revert HEAD", "Force push", "second newest tag", "/tmp"]],
    ["code-compose", ["build its images again", "docker-compose restart", "second newest tag"]],
    ["migration-downgrade", ["alembic downgrade -1", "alembic upgrade +1", "fresh snapshot"]],
    ["migration-restore", ["DROP DATABASE", "Restore the dump", "Restart the services"]],
    ["configuration-render", ["/tmp"]],
    ["configuration-compose", ["docker-compose restart", "cp .env.backup .env", "grep"]],
    ["feature-flag-off", ["echo the variable", "docker-compose restart", "key on the command line"]],
    ["emergency-full-rollback", ["second tag", "docker-compose down", "Wait 30 seconds"]],
    ["database-switch-back", ["Switch the connection string"]],
    ["point-in-time", ["pg_restore --clean"]],
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
      /downgrade -1|upgrade \+1|reset --hard|--force(?!-recreate)|revert HEAD|DROP DATABASE|compose down|compose restart|tail -1|sed -n|--clean|rm -/;
    expect(byHand.filter((one) => harmful.test(one))).toEqual([]);
    expect(byHand.length).toBeGreaterThan(50);
  });
});

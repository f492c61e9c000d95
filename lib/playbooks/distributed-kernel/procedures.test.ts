import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { phaseIds, pointOfNoReturn } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

/** A deployment on Kubernetes as its adapter answers for it, in an order that is not the document's. */
const cluster = (acts: readonly string[]) => [
  ...plannedOperations("code", "initiation", ["capture"]),
  ...plannedOperations("code", "validation", ["confirm"]),
  ...plannedOperations("code", "execution", acts),
  ...plannedOperations("code", "verification", [
    ...["check", "verify-performance", "verify-error-rate", "verify-health", "verify-pods", "verify-version"],
  ]),
];
const router = [
  ...plannedOperations("routing", "validation", ["confirm"]),
  ...plannedOperations("routing", "execution", ["switch"]),
  ...plannedOperations("routing", "execution", ["drain"], { mutating: false }),
  ...plannedOperations("routing", "verification", ["verify-version"]),
];
const maintenance = [
  ...plannedOperations("routing", "validation", ["confirm-mode"]),
  ...plannedOperations("routing", "execution", ["on"]),
  ...plannedOperations("routing", "completion", ["off"], { mutating: true }),
];
const restore = [
  ...plannedOperations("database", "execution", ["swap-names", "restore-new"], {
    reversibility: "irreversible",
  }),
  ...plannedOperations("database", "validation", ["check-reversible", "verify-backup", "current"]),
  ...plannedOperations("database", "execution", ["terminate-connections", "emergency-dump"]),
  ...plannedOperations("database", "verification", ["check-integrity", "count-rows"]),
];
const migrations = [
  ...plannedOperations("database", "validation", ["check-reversible", "verify-backup", "current"]),
  ...plannedOperations("database", "execution", ["downgrade-to", "emergency-dump"]),
  ...plannedOperations("database", "verification", ["verify"]),
];
const settings = [
  ...plannedOperations("configuration", "validation", ["confirm"]),
  ...plannedOperations("configuration", "execution", ["restore-config-map"]),
  ...plannedOperations("configuration", "verification", ["verify"]),
];
const services: Record<string, PlannedOperation[]> = {
  "blue-green": [...router, ...cluster(["switch-selector"])],
  canary: cluster(["remove-canary"]),
  rolling: cluster(["roll-to-revision"]),
  direct: cluster(["scale", "set-image", "stop"]),
  "migrate-back": [...cluster(["restart"]), ...migrations],
  "restore-configuration": [...cluster(["restart"]), ...settings],
  "complete-system": [...restore, ...cluster(["scale", "set-image", "stop"]), ...maintenance],
};
const lost = { from: "2026-01-01T00:00:00Z", to: "2026-01-01T03:00:00Z" };
const plan = (procedure: string, more = {}) =>
  planOf(playbook, procedure, services[procedure] ?? [], {
    ...(procedure === "complete-system" ? { dataLoss: lost } : {}),
    ...more,
  });
/** The steps of a procedure that name a section of the document, as "section → step", in the procedure's order. */
const stepsOf = (id: string, section: string) =>
  phaseIds.flatMap((phase) =>
    (procedureOf(playbook, id)?.phases[phase] ?? []).flatMap((step) =>
      step.source
        .split("; ")
        .filter((name) => name.startsWith(section))
        .map((name) => `${name.slice(section.length + 2)} ${step.id}`),
    ),
  );

describe("The four procedures, step by step", () => {
  it.each<[string, string, string[]]>([
    [
      "blue-green",
      "1. Blue-Green Rollback (Fastest)",
      [
        "Step 1 check-blue",
        "Step 1 check-router",
        "Step 2 switch-selector",
        "Step 2 switch-load-balancer",
        "Step 3 verify-switch",
        "Step 3 verify-router",
        "Step 4 watch-error-rate",
        "Step 5 decommission-green",
      ],
    ],
    [
      "canary",
      "2. Canary Rollback",
      [
        "Step 1 record-canary",
        "Step 3 check-stable",
        "Step 2 remove-canary",
        "Step 3 verify-stable",
        "Step 4 check-metrics",
        "Step 5 delete-canary",
      ],
    ],
    [
      "rolling",
      "3. Rolling Update Rollback",
      [
        "Step 1 find-revision",
        "Step 2 roll-to-revision",
        "Step 3 watch-progress",
        "Step 4 verify-images",
        "Step 5 verify-each-pod",
      ],
    ],
    [
      "direct",
      "4. Direct Deployment Rollback",
      [
        "Step 1 identify-version",
        "Step 2 find-image",
        "Step 3 find-image",
        "Step 4 stop-current",
        "Step 5 deploy-version",
        "Step 6 scale-up",
        "Step 7 wait-for-pods",
        "Step 8 verify-deployment",
      ],
    ],
  ])("%s has the document's order", (id, section, expected) => {
    expect(stepsOf(id, section)).toEqual(expected);
  });

  it.each<[string, string[], string[]]>([
    [
      "blue-green",
      ["code switch-selector", "routing switch", "routing drain"],
      [
        "code verify-version",
        "code verify-health",
        "routing verify-version",
        "code verify-error-rate",
        "code verify-performance",
        "code verify-pods",
        "code check",
      ],
    ],
    [
      "canary",
      ["code remove-canary"],
      [
        "code verify-pods",
        "code verify-version",
        "code verify-error-rate",
        "code verify-performance",
        "code verify-health",
        "code check",
      ],
    ],
    [
      "rolling",
      ["code roll-to-revision"],
      [
        "code verify-version",
        "code verify-pods",
        "code verify-health",
        "code verify-error-rate",
        "code verify-performance",
        "code check",
      ],
    ],
    [
      "direct",
      ["code stop", "code set-image", "code scale"],
      [
        "code verify-pods",
        "code verify-version",
        "code verify-health",
        "code verify-error-rate",
        "code verify-performance",
        "code check",
      ],
    ],
  ])("%s becomes a plan in that order, with every mandatory check", (id, execution, verification) => {
    expect(stepNames(plan(id), "execution")).toEqual(execution);
    expect(stepNames(plan(id), "verification")).toEqual(verification);
    expect(plan(id).notReverted).toEqual([]);
  });

  it("leave a decommissioned environment and a deleted canary to a person", () => {
    const green = [...(services["blue-green"] ?? []), ...plannedOperations("code", "execution", ["scale"])];
    const built = planOf(playbook, "blue-green", green);
    expect(stepNames(built)).not.toContain("code scale");
    expect(built.notReverted.map((one) => one.what)).toEqual(["scale code"]);
    expect(stepNames(plan("canary"), "completion")).toEqual([]);
  });
});

describe("The remedies that are procedures of their own", () => {
  it("take the schema back by name, dumped first, and restart once", () => {
    const built = plan("migrate-back");
    expect(stepNames(built, "validation")).toEqual([
      "database current",
      "database check-reversible",
      "code confirm",
    ]);
    expect(stepNames(built, "execution")).toEqual([
      "database emergency-dump",
      "database downgrade-to",
      "code restart",
    ]);
    expect(stepNames(built, "verification")[0]).toBe("database verify");
    expect(stepsOf("migrate-back", "Issue 2: Database Migration Conflicts")).toEqual([
      "Step 1 look-at-migration",
      "Step 2 check-reversible",
      "Symptoms check-code",
      "Step 2 downgrade",
      "Step 3 restart",
      "Step 4 verify-migration",
    ]);
  });

  it("put the configuration of the version back, restart once, and look into the pods", () => {
    const built = plan("restore-configuration");
    expect(stepNames(built, "execution")).toEqual(["configuration restore-config-map", "code restart"]);
    expect(stepNames(built, "verification")[0]).toBe("configuration verify");
    expect(stepNames(plan("restore-configuration", { scope: ["configuration"] }), "execution")).toEqual([
      "configuration restore-config-map",
    ]);
  });
});

describe("Complete system rollback", () => {
  it("goes by maintenance mode, image, chosen backup and only then the service", () => {
    const built = plan("complete-system");
    expect(stepNames(built, "execution")).toEqual([
      "routing on",
      "code stop",
      "code set-image",
      "database emergency-dump",
      "database terminate-connections",
      "database restore-new",
      "database swap-names",
      "code scale",
    ]);
    expect(stepNames(built, "verification").slice(0, 4)).toEqual([
      "database check-integrity",
      "database count-rows",
      "code verify-version",
      "code verify-health",
    ]);
    expect(stepNames(built, "validation")).toEqual([
      ...["code confirm", "database verify-backup", "database current", "routing confirm-mode"],
    ]);
    expect(stepNames(built, "completion")).toEqual(["routing off"]);
    expect(built).toMatchObject({
      risk: "high",
      dataLoss: { minutes: 180, phrase: "CONFIRM DATA LOSS" },
      limits: { rollbackSeconds: 900, healthSeconds: 120 },
      estimate: { minutes: 15, downtimeMinutes: 15 },
    });
    expect(pointOfNoReturn(built)).toBe("execution.database.restore-new");
  });

  it("neither moves a load balancer nor asks it behind the maintenance page, and says that it stays", () => {
    const checks = plannedOperations("routing", "verification", ["check"]);
    const planned = [...router, ...checks, ...(services["complete-system"] ?? [])];
    const built = planOf(playbook, "complete-system", planned, { dataLoss: lost });
    expect(stepNames(built).filter((one) => one.startsWith("routing"))).toEqual([
      ...["routing confirm-mode", "routing on", "routing check", "routing off"],
    ]);
    expect(built.notReverted.map((one) => one.what)).toContain("switch routing");
  });

  it("waits for a person before the database", () => {
    const held = procedureOf(playbook, "complete-system")?.phases.execution.filter((one) => one.hold);
    expect(held?.map((one) => one.id)).toEqual(["restore-database"]);
  });

  it("does not begin to restore data over a window that nobody knows", () => {
    expect(() => plan("complete-system", { dataLoss: null })).toThrow("the window is not known");
  });

  it("leaves the database alone where it is not in scope, and loses nothing", () => {
    const built = plan("complete-system", { scope: ["routing", "code"], dataLoss: null });
    expect(built.dataLoss).toBeNull();
    expect(stepNames(built, "execution")).toEqual([
      "routing on",
      "code stop",
      "code set-image",
      "code scale",
    ]);
    expect(built.notReverted.map((one) => one.what)).toContain("Database");
  });
});

describe("Every procedure", () => {
  it("is tried here", () => {
    expect(playbook.procedures.map((one) => one.id)).toEqual(Object.keys(services));
  });

  it.each<[string, number, number, number, number, string]>([
    ["blue-green", 1, 0, 600, 120, "low"],
    ["canary", 3, 0, 600, 120, "low"],
    ["rolling", 15, 0, 900, 120, "medium"],
    ["direct", 5, 5, 600, 300, "high"],
    ["migrate-back", 5, 5, 600, 120, "high"],
    ["restore-configuration", 5, 5, 600, 120, "medium"],
    ["complete-system", 15, 15, 900, 120, "high"],
  ])("%s takes %i min, %i min of it down, within %i s and %i s to be healthy, risk %s", (id, ...figures) => {
    const built = plan(id);
    const { estimate, limits, risk } = built;
    expect([
      estimate.minutes,
      estimate.downtimeMinutes,
      limits.rollbackSeconds,
      limits.healthSeconds,
      risk,
    ]).toEqual(figures);
    expect(limits.rollbackSeconds).toBeGreaterThanOrEqual(estimate.minutes * 60);
    expect(built.monitoringSeconds).toBe(300);
    if (id !== "complete-system") expect(built.dataLoss).toBeNull();
  });

  it.each([
    ["blue-green", "Switch the load balancer back to Blue"],
    ["canary", "kubectl delete deployment of the canary"],
    ["rolling", "kubectl rollout undo"],
    ["direct", "git checkout of the previous commit, and a new build"],
    ["migrate-back", "dotnet ef database update to the previous migration"],
    ["restore-configuration", "Apply the ConfigMap backup of yesterday, by date"],
    ["complete-system", "Switch the load balancer, or ask it who serves"],
    ["complete-system", "Restore the dump of yesterday, by date"],
  ])("%s says what is done in place of: %s", (id, written) => {
    expect(procedureOf(playbook, id)?.safeForms.map((one) => one.written)).toContain(written);
  });

  it("names every mandatory check of the application, the readiness of the deployment too", () => {
    for (const procedure of playbook.procedures) {
      const named = procedure.phases.verification.flatMap((one) => one.source.split("; "));
      for (const check of ["Pods", "Health endpoint", "Readiness", "Error rate", "Latency", "Smoke tests"]) {
        expect([procedure.id, named]).toEqual([
          procedure.id,
          expect.arrayContaining([`Mandatory Checks, ${check}`]),
        ]);
      }
    }
  });

  it("carries the mandatory checks that a person makes", () => {
    for (const procedure of playbook.procedures) {
      const checks = procedure.phases.verification.map((one) => one.id);
      for (const id of ["run-smoke-tests", "count-rows", "find-orphans", "check-active-deployments"]) {
        expect(checks).toContain(id);
      }
    }
  });

  it("types nothing by hand that is relative or forced", () => {
    const commands = playbook.procedures.flatMap((procedure) =>
      phaseIds.flatMap((phase) => procedure.phases[phase].map((step) => step.byHand ?? "")),
    );
    for (const command of commands) {
      expect(command).not.toMatch(/--force|yesterday|update --list|rollout restart|reset --hard|DROP /);
      expect(command).not.toMatch(/rollout undo|--to-revision/);
    }
  });
});

import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { phaseIds, planSteps, pointOfNoReturn } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

const layerNames = ["L01", "L02-L07", "L09", "L10", "L11+L12"];
/** One target per layer, each with all verbs of its adapter, in an order that is not the document's. */
const layers: PlannedOperation[] = layerNames.flatMap((layer) =>
  [
    ...plannedOperations("code", "initiation", ["capture"]),
    ...plannedOperations("code", "execution", ["start-layer", "pull", "pin-images", "stop"]),
    ...plannedOperations("code", "verification", ["verify-health"]),
  ].map((one) => ({ ...one, title: `${one.operation.id} ${layer}` })),
);
const checks = [
  ...plannedOperations("code", "validation", ["check"]),
  ...plannedOperations("code", "verification", ["check", "run"]),
];
const maintenance = [
  ...plannedOperations("routing", "validation", ["confirm-mode"]),
  ...plannedOperations("routing", "execution", ["on"]),
  ...plannedOperations("routing", "completion", ["off"], { mutating: true }),
];
const database = [
  ...plannedOperations("database", "validation", ["check-reversible", "current", "verify-backup"]),
  ...plannedOperations("database", "execution", ["swap-names", "restore-new"], {
    reversibility: "irreversible",
  }),
  ...plannedOperations("database", "execution", ["downgrade-to", "terminate-connections", "emergency-dump"]),
  ...plannedOperations("database", "verification", ["verify", "current", "count-rows", "check-integrity"]),
];
const etcd = [
  ...plannedOperations("configuration", "execution", ["restore-prefix"]),
  ...plannedOperations("configuration", "verification", ["verify"]),
];
const file = [
  ...plannedOperations("configuration", "validation", ["confirm"]),
  ...plannedOperations("configuration", "execution", ["restart", "restore"]),
  ...plannedOperations("configuration", "verification", ["verify"]),
];
const site = [
  ...plannedOperations("ui", "execution", ["invalidate", "restore-version"]),
  ...plannedOperations("ui", "verification", ["verify-version"]),
];
const services: Record<string, PlannedOperation[]> = {
  "complete-platform": [...checks, ...layers, ...maintenance],
  "single-service": [...checks, ...layers.filter((one) => one.title.endsWith("L09"))],
  "database-restore": [...checks, ...layers, ...maintenance, ...database],
  "etcd-configuration": etcd,
  "environment-file": file,
  "ui-version": site,
};
const lost = { from: "2026-01-01T00:00:00Z", to: "2026-01-01T03:00:00Z" };
const plan = (procedure: string, more = {}) =>
  planOf(playbook, procedure, services[procedure] ?? [], {
    ...(procedure === "database-restore" ? { dataLoss: lost } : {}),
    ...more,
  });
/** The rows of the document that the execution of a procedure names, in its order. */
const rowsOf = (id: string, section: string, phases: readonly (typeof phaseIds)[number][] = phaseIds) =>
  phases.flatMap((phase) =>
    (procedureOf(playbook, id)?.phases[phase] ?? []).flatMap((step) =>
      step.source
        .split("; ")
        .filter((name) => name.startsWith(`${section}, `))
        .map((name) => name.slice(section.length + 2)),
    ),
  );

describe("Complete platform rollback", () => {
  const built = plan("complete-platform");
  const titles = (phase: (typeof phaseIds)[number]) =>
    planSteps({ phases: built.phases.filter((one) => one.id === phase) }).map((step) => step.title);

  it("fetches what it goes back to, stops, and starts layer after layer in the order of their dependencies", () => {
    expect(titles("execution")).toEqual([
      ...layerNames.map((layer) => `pin-images ${layer}`),
      ...layerNames.map((layer) => `pull ${layer}`),
      "on routing",
      ...layerNames.map((layer) => `stop ${layer}`),
      ...layerNames.map((layer) => `start-layer ${layer}`),
    ]);
  });

  it("has the document's steps, the checks of step 3 and the images of step 2 before anything stops", () => {
    const steps = phaseIds.flatMap((phase) =>
      rowsOf("complete-platform", "Complete Platform Rollback", [phase]).map((row) => `${phase} ${row[5]}`),
    );
    expect([...new Set(steps)]).toEqual([
      ...["validation 3", "execution 2", "execution 1", "execution 4", "verification 5", "completion 6"],
    ]);
    expect(
      rowsOf("complete-platform", "Complete Platform Rollback, Step 4: Restart Services (5 min)"),
    ).toEqual([
      "L01 Data Layer",
      "L02-L07 Core Layers",
      "L09 API Gateway",
      "L10 Human Interface",
      "L11 + L12",
    ]);
  });

  it("has a gate per layer, by hand too", () => {
    const starts = procedureOf(playbook, "complete-platform")?.phases.execution.filter((step) =>
      step.operations?.includes("start-layer"),
    );
    expect(starts).toHaveLength(5);
    for (const step of starts ?? []) {
      expect(step.title).toMatch(/wait until (it is|they are) healthy$/);
      expect(step.byHand).toMatch(/ until .*(succeeds?|healthy)\b/);
    }
  });

  it("touches no infrastructure", () => {
    expect(planSteps(built).every((step) => ["code", "routing"].includes(step.component ?? ""))).toBe(true);
    const commands = procedureOf(playbook, "complete-platform")?.phases.execution.map((step) => step.byHand);
    for (const command of commands ?? []) expect(command).not.toMatch(/\bdown\b|stop (postgres|redis|etcd)/);
  });

  it("verifies by smoke tests, health and the rest, and ends maintenance last", () => {
    expect(titles("verification")).toEqual([
      "run code",
      ...layerNames.map((layer) => `verify-health ${layer}`),
      "check code",
    ]);
    expect(titles("completion")).toEqual(["off routing"]);
  });

  it("keeps the document's times for its steps", () => {
    const limits = planSteps(built).map((step) => [step.operation, step.limitSeconds]);
    const expected = { stop: 300, pull: 300, "start-layer": 300, run: 300, "verify-health": 300, off: 60 };
    for (const [operation, seconds] of Object.entries(expected)) {
      expect(new Set(limits.filter(([id]) => id === operation).map(([, limit]) => limit))).toEqual(
        new Set([seconds]),
      );
    }
  });

  it("is planned without maintenance mode where the environment has none", () => {
    const acts = new Set(stepNames(plan("complete-platform", { scope: ["code"] }), "execution"));
    expect([...acts]).toEqual(["code pin-images", "code pull", "code stop", "code start-layer"]);
  });
});

describe("A load balancer that is registered beside maintenance mode", () => {
  const router = [
    ...plannedOperations("routing", "validation", ["confirm"]),
    ...plannedOperations("routing", "execution", ["switch", "drain"]),
    ...plannedOperations("routing", "verification", ["verify-version", "check"]),
  ];

  it.each(["complete-platform", "database-restore"])(
    "is neither moved by %s nor asked during maintenance",
    (id) => {
      const built = planOf(playbook, id, [...router, ...(services[id] ?? [])], { dataLoss: lost });
      expect(stepNames(built).filter((one) => one.startsWith("routing"))).toEqual([
        ...["routing confirm-mode", "routing on", "routing check", "routing off"],
      ]);
      expect(built.notReverted.map((one) => one.what)).toContain("switch routing");
    },
  );
});

describe("Partial service rollback", () => {
  it("pins, pulls, stops and starts one service, and verifies it", () => {
    const built = plan("single-service");
    expect(stepNames(built, "execution")).toEqual([
      ...["code pin-images", "code pull", "code stop", "code start-layer"],
    ]);
    expect(stepNames(built, "verification")).toEqual(["code verify-health", "code run", "code check"]);
    expect(rowsOf("single-service", "Partial Service Rollback, Rollback Single Service")).toEqual([
      ...["Previous service image", "Previous service image", "Stop service", "Start on previous version"],
      ...["Health check", "Verify logs"],
    ]);
  });
});

describe("Database rollback", () => {
  const built = plan("database-restore");

  it("saves, stops everything, restores the named backup beside, and starts what fits it", () => {
    expect([...new Set(stepNames(built, "execution"))]).toEqual([
      "database emergency-dump",
      "routing on",
      "code stop",
      "database terminate-connections",
      "database restore-new",
      "database swap-names",
      "code pin-images",
      "code pull",
      "code start-layer",
    ]);
    expect(stepNames(built, "validation").slice(0, 2)).toEqual([
      "database verify-backup",
      "database current",
    ]);
    expect([...new Set(stepNames(built, "verification"))]).toEqual([
      "database check-integrity",
      "database count-rows",
      "database current",
      "database verify",
      "code verify-health",
      "code run",
      "code check",
    ]);
    expect(stepNames(built, "completion")).toEqual(["routing off"]);
  });

  it("has the document's order of preparation and of the procedure", () => {
    expect(
      rowsOf("database-restore", "Database Rollback, Database Rollback Procedure", ["execution"]),
    ).toEqual([
      "Stop ALL application services",
      "Stop database connections",
      "Restore from backup",
      "Run schema migrations",
      "Restart application services",
    ]);
    expect(
      rowsOf("database-restore", "Database Rollback, When to Rollback Database", ["initiation"]),
    ).toHaveLength(4);
    const first = built.phases.find((phase) => phase.id === "execution")?.steps.find((step) => step.mutating);
    expect(first?.operation).toBe("emergency-dump");
  });

  it("takes no migration back and stamps none", () => {
    expect(built.notReverted.map((one) => one.what)).toContain("downgrade-to database");
    expect(stepNames(built)).not.toContain("database downgrade-to");
  });

  it("loses data: typed phrase, window, high risk, point of no return, three prerequisites", () => {
    expect(built).toMatchObject({
      risk: "high",
      dataLoss: { minutes: 180, phrase: "CONFIRM DATA LOSS" },
      limits: { rollbackSeconds: 2700 },
    });
    expect(pointOfNoReturn(built)).toBe("execution.database.restore-new");
    expect(procedureOf(playbook, "database-restore")?.prerequisites).toHaveLength(3);
    expect(() => plan("database-restore", { dataLoss: null })).toThrow("the window is not known");
  });
});

describe("Configuration and interface", () => {
  it.each<[string, string[], string[]]>([
    ["etcd-configuration", ["configuration restore-prefix"], ["configuration verify"]],
    ["environment-file", ["configuration restore", "configuration restart"], ["configuration verify"]],
    ["ui-version", ["ui restore-version", "ui invalidate"], ["ui verify-version"]],
  ])("%s", (id, execution, verification) => {
    expect(stepNames(plan(id), "execution")).toEqual(execution);
    expect(stepNames(plan(id), "verification")).toEqual(verification);
    expect(plan(id).notReverted).toEqual([]);
  });

  it.each(["etcd-configuration", "environment-file"])(
    "%s creates services anew on the images that are pinned",
    (id) => {
      const anew = procedureOf(playbook, id)?.phases.execution.flatMap((one) =>
        one.byHand?.includes("--force-recreate") ? [one.byHand] : [],
      );
      expect(anew).toEqual([expect.stringContaining("docker-compose.pin.yml")]);
    },
  );

  it("has a person create anew what crashed on the bad values, which reads no better ones by itself", () => {
    const last = procedureOf(playbook, "etcd-configuration")?.phases.execution.at(-1);
    expect(last).toMatchObject({
      id: "create-crashed-anew",
      onlyWhen: { fact: "symptom", is: "configuration_errors" },
    });
    expect(last?.source).toMatch(/Scenario 3.*Restart affected services$/);
  });
});

describe("Every procedure", () => {
  it("is tried here, in the playbook's order", () => {
    expect(playbook.procedures.map((one) => one.id)).toEqual(Object.keys(services));
  });

  it.each<[string, [number, number], [number, number], number, string]>([
    ["complete-platform", [15, 30], [10, 15], 1800, "medium"],
    ["single-service", [5, 10], [2, 3], 600, "low"],
    ["database-restore", [15, 45], [15, 45], 2700, "high"],
    ["etcd-configuration", [2, 5], [0, 0], 600, "low"],
    ["environment-file", [2, 5], [0, 3], 600, "low"],
    ["ui-version", [2, 5], [0, 0], 600, "low"],
  ])("%s takes %j min, %j min of it down, within %i s, risk %s", (id, minutes, downtime, seconds, risk) => {
    const procedure = procedureOf(playbook, id);
    expect([procedure?.minutes.from, procedure?.minutes.to]).toEqual(minutes);
    expect([procedure?.downtimeMinutes.from, procedure?.downtimeMinutes.to]).toEqual(downtime);
    const built = plan(id);
    expect(built.estimate).toMatchObject({ minutes: minutes[1], downtimeMinutes: downtime[1] });
    expect(built.limits).toEqual({ rollbackSeconds: seconds, healthSeconds: 300 });
    expect(seconds).toBeGreaterThanOrEqual(minutes[1] * 60);
    expect([built.risk, built.monitoringSeconds]).toEqual([risk, 1800]);
    if (id !== "database-restore") expect(built.dataLoss).toBeNull();
  });

  it.each([
    ["complete-platform", "git describe --tags HEAD~1"],
    ["complete-platform", "git checkout $PREVIOUS_VERSION"],
    ["complete-platform", "sleep 10"],
    ["complete-platform", "only then pull"],
    ["single-service", "only then pull"],
    ["single-service", "docker pull"],
    ["single-service", "docker-compose stop l09-api-gateway"],
    ["database-restore", "head -1"],
    ["database-restore", "restore.sh"],
    ["database-restore", "alembic stamp head"],
    ["database-restore", "alembic downgrade -1"],
    ["database-restore", "docker-compose -f docker-compose.app.yml down"],
    ["etcd-configuration", "head -1"],
    ["environment-file", "head -2 | tail -1"],
    ["environment-file", "docker-compose -f docker-compose.app.yml restart"],
    ["ui-version", "git describe --tags HEAD~1"],
    ["ui-version", "npm run build"],
    ["ui-version", "aws s3 sync"],
  ])("%s says what is done in place of: %s", (id, written) => {
    expect(procedureOf(playbook, id)?.safeForms.some((one) => one.written.includes(written))).toBe(true);
  });

  it("types nothing by hand that is relative, newest, forced or destructive", () => {
    const harm =
      /HEAD~|ls -t|head -1|stamp head|downgrade|prune|--delete|checkout|npm run|compose( -f \S+)* (down|restart)\b|DROP DATABASE/;
    const commands = [
      ...playbook.procedures.flatMap((one) => phaseIds.flatMap((phase) => one.phases[phase])),
      ...playbook.remedies.flatMap((one) => one.steps),
    ].map((step) => step.byHand ?? "");
    expect(commands.filter((command) => harm.test(command))).toEqual([]);
  });
});

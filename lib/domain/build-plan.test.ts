import { describe, expect, it } from "vitest";
import { buildPlan } from "#lib/domain/build-plan.ts";
import type { BuildPlanInput, PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { defaultScope, scopeFaults } from "#lib/domain/build-plan-scope.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { phaseIds, PlanBody, planSteps, pointOfNoReturn, type PhaseId } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Artifacts, Component } from "#lib/domain/service.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const source = (await builtInPlaybooks()).find((one) => one.id === "mvp-blue-green")?.source ?? "";
const parsed = parsePlaybook(source);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

const artifacts = (more: Partial<Artifacts> = {}): Artifacts => ({
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
  ...more,
});

function operation(
  component: Component,
  phase: PhaseId,
  id: string,
  more: Partial<PlannedOperation["operation"]> & { notReverted?: PlannedOperation["notReverted"] } = {},
): PlannedOperation {
  const { notReverted, ...rest } = more;
  return {
    target: {
      component,
      adapter: `adapter-of-${component}`,
      settings: { url: "http://127.0.0.1" },
      secrets: {},
    },
    operation: {
      id,
      phase,
      mutating: phase === "execution",
      reversibility: "reversible",
      limitSeconds: 60,
      ...rest,
    },
    title: `${id} ${component}`,
    desired: { version: "1.0.0" },
    observedBefore: null,
    command: `do ${id}`,
    ...(notReverted ? { notReverted } : {}),
  };
}

/** As the adapters of a blue-green service answer, in the order of their targets: the code first. */
const answers = [
  operation("code", "initiation", "capture"),
  operation("code", "validation", "confirm"),
  operation("code", "execution", "switch"),
  ...["verify-error-rate", "verify-performance", "verify-core", "verify-health", "verify-version"].map((id) =>
    operation("code", "verification", id, { limitSeconds: 300 }),
  ),
  operation("code", "verification", "check"),
  operation("configuration", "validation", "confirm"),
  operation("configuration", "execution", "restart"),
  operation("configuration", "execution", "restore"),
  operation("configuration", "verification", "verify"),
];

const input = (more: Partial<BuildPlanInput> = {}): BuildPlanInput => ({
  rollback: "rb_1",
  service: "shop",
  environment: { name: "production", allow: ["127.0.0.1:8080"] },
  from: { version: "1.1.0", artifacts: artifacts() },
  to: { version: "1.0.0", artifacts: artifacts() },
  scope: ["code", "configuration"],
  playbook,
  procedure: "blue-green-switch",
  strategy: "blue-green",
  registered: ["code", "configuration"],
  planned: answers,
  emergency: null,
  drill: false,
  ...more,
});
const keys = (more: Partial<BuildPlanInput> = {}) =>
  planSteps(buildPlan(input(more))).map((step) => step.key);

describe("A plan of the blue-green procedure", () => {
  it("has the document's steps in its order, configuration before traffic", () => {
    expect(keys()).toEqual([
      "initiation.code.capture",
      "validation.code.confirm",
      "validation.configuration.confirm",
      "execution.configuration.restore",
      "execution.configuration.restart",
      "execution.code.switch",
      "verification.code.verify-version",
      "verification.code.verify-health",
      "verification.code.verify-core",
      "verification.code.verify-performance",
      "verification.code.verify-error-rate",
      "verification.code.check",
      "verification.configuration.verify",
    ]);
  });

  it("has all five phases, and parses as it is stored", () => {
    const plan = buildPlan(input());
    expect(plan.phases.map((phase) => phase.id)).toEqual([...phaseIds]);
    expect(PlanBody.parse(JSON.parse(canonical(plan)))).toEqual(plan);
  });

  it("is the same for the same input, whatever the order of the scope", () => {
    expect(canonical(buildPlan(input({ scope: ["configuration", "code"] })))).toBe(
      canonical(buildPlan(input())),
    );
  });

  it("has only what the quick procedure names", () => {
    expect(keys({ procedure: "quick-switch", scope: ["code"] })).toEqual([
      "initiation.code.capture",
      "validation.code.confirm",
      "execution.code.switch",
      "verification.code.verify-version",
      "verification.code.verify-health",
    ]);
  });

  it("names what the targets would have looked at and the quick procedure does not", () => {
    const plan = buildPlan(input({ procedure: "quick-switch", scope: ["code"] }));
    const named = plan.notLookedAt?.map(({ what }) => what) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(plan.notLookedAt?.[0]?.why).toContain("does not look at this");
    const taken = planSteps(plan).map(({ title }) => title);
    const offered = answers.filter(
      ({ target, operation: { mutating } }) => target.component === "code" && !mutating,
    );
    expect([...taken, ...named]).toEqual(expect.arrayContaining(offered.map(({ title }) => title)));
    expect(named.filter((title) => taken.includes(title))).toEqual([]);
    expect(buildPlan(input())).not.toHaveProperty("notLookedAt");
  });

  it("leaves out what is not in scope and says that it stays", () => {
    const plan = buildPlan(input({ scope: ["code"] }));
    expect(planSteps(plan).every((step) => step.component === "code")).toBe(true);
    expect(plan.notReverted).toEqual([
      { what: "Configuration", why: "Not in the scope of this rollback: it stays as it is." },
    ]);
  });

  it("gives the second of two like steps a key of its own", () => {
    const twice = [...answers, operation("code", "verification", "check")];
    expect(keys({ planned: twice }).filter((key) => key.includes("check"))).toEqual([
      "verification.code.check",
      "verification.code.check-2",
    ]);
  });

  it("keeps each step within the limits of the plan, which can be shorter and never longer", () => {
    const plan = buildPlan(input({ limits: { rollbackSeconds: 30, healthSeconds: 9999 } }));
    expect(plan.limits).toEqual({ rollbackSeconds: 30, healthSeconds: 120 });
    for (const phase of plan.phases) {
      const most = phase.id === "verification" ? 120 : 30;
      expect(phase.steps.every((step) => step.limitSeconds <= most)).toBe(true);
    }
    expect(buildPlan(input()).limits).toEqual({ rollbackSeconds: 600, healthSeconds: 120 });
  });

  it("does not wait afterwards, since the document gives no time", () => {
    expect(buildPlan(input()).monitoringSeconds).toBe(0);
  });
});

describe("What a plan does not take back", () => {
  it("names the migrations between the two versions and why they stay", () => {
    const plan = buildPlan(
      input({
        registered: ["code", "configuration", "database"],
        from: { version: "1.1.0", artifacts: artifacts({ migrationHead: "0002_prices" }) },
        to: { version: "1.0.0", artifacts: artifacts({ migrationHead: "0001_tenants" }) },
      }),
    );
    expect(plan.notReverted.map((one) => one.what)).toEqual([
      "Database migrations after 0001_tenants, up to 0002_prices",
      "Database",
    ]);
    expect(plan.notReverted[0]?.why).toContain("The schema stays at 0002_prices");
  });

  it("says nothing of migrations where there were none", () => {
    const same = artifacts({ migrationHead: "0001" });
    const plan = buildPlan(
      input({ from: { version: "1.1.0", artifacts: same }, to: { version: "1.0.0", artifacts: same } }),
    );
    expect(plan.notReverted).toEqual([]);
  });

  it("names a component in scope of which nothing was recorded, and what adapters add, once each", () => {
    const left = [{ what: "Open sessions", why: "They end by themselves." }];
    const plan = buildPlan(
      input({
        planned: [
          operation("code", "execution", "switch", { notReverted: left }),
          operation("code", "verification", "check", { notReverted: left }),
        ],
      }),
    );
    expect(plan.notReverted).toEqual([
      ...left,
      { what: "Configuration", why: "Nothing is recorded that could be put back for 1.0.0." },
    ]);
  });

  it("names an action that the procedure leaves out", () => {
    const plan = buildPlan(input({ planned: [...answers, operation("code", "execution", "decommission")] }));
    expect(planSteps(plan).some((step) => step.operation === "decommission")).toBe(false);
    expect(plan.notReverted[0]?.what).toBe("decommission code");
  });
});

describe("Risk, data and estimates", () => {
  const restoring = () => {
    const copy = structuredClone(playbook);
    const procedure = procedureOf(copy, "quick-switch");
    if (!procedure) throw new Error("gone");
    procedure.components = ["database"];
    procedure.dataLoss = { phrase: "CONFIRM DATA LOSS", because: "The backup is older." };
    procedure.phases.execution = [
      { id: "restore", title: "Restore", component: "database", hold: false, source: "S" },
    ];
    procedure.phases.validation = [];
    procedure.phases.verification = [];
    return input({
      playbook: copy,
      procedure: "quick-switch",
      scope: ["database"],
      registered: ["database"],
      planned: [operation("database", "execution", "restore", { reversibility: "irreversible" })],
    });
  };

  it("refuses to lose data over a window that nobody knows", () => {
    expect(() => buildPlan(restoring())).toThrow("the window is not known");
  });

  it("counts the minutes of lost data upwards, asks for the phrase, and knows the point of no return", () => {
    const plan = buildPlan({
      ...restoring(),
      dataLoss: { from: "2026-01-01T00:00:00Z", to: "2026-01-01T00:10:01Z" },
    });
    expect(plan.dataLoss).toMatchObject({ minutes: 11, phrase: "CONFIRM DATA LOSS" });
    expect(plan.risk).toBe("high");
    expect(pointOfNoReturn(plan)).toBe("execution.database.restore");
  });

  it("estimates from three own runs on, else from the playbook", () => {
    expect(buildPlan(input()).estimate).toEqual({
      minutes: 2,
      downtimeMinutes: 0,
      basis: "playbook mvp-blue-green: 1 to 2 min",
    });
    const history = (runs: number) => ({ runs, p50Minutes: 0.5, p95Minutes: 1, downtime: null });
    expect(buildPlan(input({ history: history(2) })).estimate.minutes).toBe(2);
    expect(buildPlan(input({ history: history(3) })).estimate.minutes).toBe(0.5);
    const downtime = { p50Minutes: 0.2, p95Minutes: 0.4 };
    expect(buildPlan(input({ history: { ...history(3), downtime } })).estimate).toEqual({
      minutes: 0.5,
      downtimeMinutes: 0.2,
      basis:
        "3 runs here: half within 0.5 min, 95 of 100 within 1 min; down for 0.2 min in half of them, for at most 0.4 min in 95 of 100",
    });
  });
});

describe("Scope", () => {
  const procedure = procedureOf(playbook, "blue-green-switch");
  if (!procedure) throw new Error("gone");

  it("is by default what the procedure covers and the environment has", () => {
    expect(defaultScope(procedure, ["database", "configuration", "code"])).toEqual(["code", "configuration"]);
  });

  it("is refused where it is empty, not covered or not registered", () => {
    expect(scopeFaults(procedure, [], ["code"])[0]?.message).toBe("Nothing is in scope.");
    expect(scopeFaults(procedure, ["database"], ["database"])[0]?.message).toContain("not covered");
    expect(scopeFaults(procedure, ["ui"], ["code"])[0]?.message).toContain("no target");
    expect(() => buildPlan(input({ scope: ["database"] }))).toThrow("not covered");
    expect(() => buildPlan(input({ procedure: "nowhere" }))).toThrow("no procedure");
  });
});

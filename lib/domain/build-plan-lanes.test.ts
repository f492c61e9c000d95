import { describe, expect, it } from "vitest";
import { buildPlan } from "#lib/domain/build-plan.ts";
import type { BuildPlanInput, MemberInput, PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { allowedFor, PlanBody, planSteps, type PhaseId } from "#lib/domain/plan.ts";
import { procedureOf, type Playbook } from "#lib/domain/playbook.ts";
import type { Component } from "#lib/domain/service.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const source = (await builtInPlaybooks()).find((one) => one.id === "mvp-blue-green")?.source ?? "";
const parsed = parsePlaybook(source);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;
const artifacts = {
  commit: null,
  imageDigest: null,
  configurationRevision: null,
  migrationHead: null,
  backup: null,
};

function operation(
  component: Component,
  phase: PhaseId,
  id: string,
  more: Partial<PlannedOperation["operation"]> = {},
): PlannedOperation {
  return {
    target: { component, adapter: "adapter", settings: {}, secrets: {} },
    operation: {
      id,
      phase,
      mutating: phase === "execution",
      reversibility: "reversible",
      limitSeconds: 3600,
      ...more,
    },
    title: `${id} ${component}`,
    desired: {},
    observedBefore: null,
    command: `do ${id}`,
  };
}
const code = [
  operation("code", "validation", "confirm"),
  operation("code", "execution", "switch"),
  operation("code", "verification", "verify-version"),
  operation("code", "verification", "verify-health"),
];

function lane(service: string, from: string, to: string) {
  return {
    service,
    environment: { name: "production", allow: [`${service}.internal:80`] },
    from: { version: from, artifacts },
    to: { version: to, artifacts },
    scope: ["code"] as const,
    playbook,
    procedure: "quick-switch",
    registered: ["code"] as const,
    planned: code,
  };
}
const member = (service: string, more: Partial<MemberInput> = {}): MemberInput => ({
  ...lane(service, "2.0.0", "1.9.0"),
  because: `shop needs ${service}.`,
  ...more,
});
const input = (more: Partial<BuildPlanInput> = {}): BuildPlanInput => ({
  ...lane("shop", "1.1.0", "1.0.0"),
  rollback: "rb_1",
  strategy: "blue-green",
  emergency: null,
  drill: false,
  ...more,
});
const plan = (more: Partial<BuildPlanInput>): PlanBody => buildPlan(input(more));
const keys = (more: Partial<BuildPlanInput>): string[] => planSteps(plan(more)).map((step) => step.key);
const holds = (more: Partial<BuildPlanInput>): (readonly [string, string])[] =>
  planSteps(plan(more)).flatMap(({ key, hold }) => (hold === undefined ? [] : [[key, hold] as const]));

describe("A plan that moves services together", () => {
  it("goes lane after lane, each but the last closed by its own checks, and verifies all at the end", () => {
    expect(keys({ members: [member("billing")] })).toEqual([
      "validation.code.confirm",
      "validation.billing.code.confirm",
      "execution.code.switch",
      "execution.code.verify-version",
      "execution.code.verify-health",
      "execution.billing.code.switch",
      "verification.code.verify-version",
      "verification.code.verify-health",
      "verification.billing.code.verify-version",
      "verification.billing.code.verify-health",
    ]);
  });

  it("takes the lanes in the order it is given, its own among them", () => {
    const more = { members: [member("billing"), member("mail")], lanes: ["mail", "shop", "billing"] };
    const switches = keys(more).filter((key) => key.endsWith("switch"));
    expect(switches).toEqual([
      "execution.mail.code.switch",
      "execution.code.switch",
      "execution.billing.code.switch",
    ]);
    expect(plan(more)).toMatchObject({ lanes: ["mail", "shop", "billing"] });
    expect(plan(more).members?.map((one) => one.service)).toEqual(["mail", "billing"]);
    expect(keys(more).slice(3, 6)).toEqual([
      "execution.mail.code.switch",
      "execution.mail.code.verify-version",
      "execution.mail.code.verify-health",
    ]);
  });

  it("gives its own steps the keys that they have alone", () => {
    const together = planSteps(plan({ members: [member("billing")] }));
    const own = together.filter((step) => step.service === undefined).map((step) => step.key);
    for (const { key } of planSteps(plan({}))) expect(own).toContain(key);
    expect(new Set(together.map((step) => step.key)).size).toBe(together.length);
  });

  it("says of each step whose it is, and lets it call that service's addresses only", () => {
    const whole = plan({ members: [member("billing")] });
    for (const step of planSteps(whole)) {
      const service = step.key.includes("billing") ? "billing" : "shop";
      expect(step.service ?? "shop").toBe(service);
      expect(allowedFor(whole, step)).toEqual([`${service}.internal:80`]);
      expect(step.title.startsWith(`${service}: `)).toBe(true);
    }
  });

  it("records of each member what arranged its steps and why it moves", () => {
    const other: Playbook = { ...structuredClone(playbook), id: "other", version: 7 };
    expect(
      plan({ members: [member("billing", { playbook: other, procedure: "blue-green-switch" })] }).members,
    ).toEqual([
      {
        service: "billing",
        from: "2.0.0",
        to: "1.9.0",
        scope: ["code"],
        playbook: { id: "other", version: 7 },
        procedure: "blue-green-switch",
        allow: ["billing.internal:80"],
        because: "shop needs billing.",
      },
    ]);
  });

  it("parses as it is stored, and is the same for the same input", () => {
    const whole = plan({ members: [member("billing")] });
    expect(PlanBody.parse(JSON.parse(canonical(whole)))).toEqual(whole);
    expect(canonical(plan({ members: [member("billing")] }))).toBe(canonical(whole));
  });

  it("never runs a check twice that would change something", () => {
    const repairing = [...code, operation("code", "verification", "verify-cache", { mutating: true })];
    const other = structuredClone(playbook);
    const first = procedureOf(other, "quick-switch")?.phases.verification[0];
    first?.operations?.push("verify-cache");
    const found = keys({ planned: repairing, playbook: other, members: [member("billing")] });
    expect(found.filter((key) => key.endsWith("verify-cache"))).toEqual(["verification.code.verify-cache"]);
  });

  it("moves nobody twice where a member has nothing to do", () => {
    const idle = member("billing", { planned: [operation("code", "verification", "verify-health")] });
    expect(keys({ members: [idle] })).not.toContain("execution.code.verify-health");
    expect(holds({ members: [idle] })).toEqual([]);
  });

  it("refuses a member's procedure or scope with its name", () => {
    const bad = member("billing", { scope: ["database"], registered: ["database"] });
    expect(() => plan({ members: [bad] })).toThrow("billing: Database is not covered");
  });
});

describe("Where it waits", () => {
  it("is before each lane but the first, with what was done and what is next", () => {
    expect(holds({ members: [member("billing"), member("mail")] })).toEqual([
      [
        "execution.billing.code.switch",
        "shop is back on 1.0.0 and verified. Next is billing, 2.0.0 to 1.9.0.",
      ],
      ["execution.mail.code.switch", "billing is back on 1.9.0 and verified. Next is mail, 2.0.0 to 1.9.0."],
    ]);
  });

  it("is not before a lane that wants no wait", () => {
    const members = [member("billing", { hold: false }), member("mail")];
    expect(holds({ members }).map(([key]) => key)).toEqual(["execution.mail.code.switch"]);
  });

  it("says so where nothing verified the lane before", () => {
    const blind = code.filter((one) => one.operation.phase !== "verification");
    const [held] = holds({ planned: blind, members: [member("billing")] });
    expect(held?.[1]).toContain("nothing in its playbook verifies that, so look first");
  });

  it("is before the operation of a step that the procedure holds", () => {
    const holding = structuredClone(playbook);
    const step = procedureOf(holding, "quick-switch")?.phases.execution[0];
    if (step) step.hold = true;
    const reason = `The procedure waits here: ${step?.title ?? ""}.`;
    expect(holds({ playbook: holding })).toEqual([["execution.code.switch", reason]]);
    const together = holds({ members: [member("billing", { playbook: holding })] });
    expect(together).toHaveLength(1);
    expect(together[0]?.[1]).toMatch(/Next is billing, 2\.0\.0 to 1\.9\.0\. The procedure waits here/);
  });

  it("is before whatever follows a step that a person does, even in the next phase", () => {
    const holding = structuredClone(playbook);
    const procedure = procedureOf(holding, "quick-switch");
    const title = "Tell the customers";
    procedure?.phases.validation.push({ id: "tell", title, hold: true, source: "S" });
    const reason = `A person does this first: ${title}.`;
    expect(holds({ playbook: holding })).toEqual([["execution.code.switch", reason]]);
  });

  it("is nowhere for a held step that has nothing to do here", () => {
    const holding = structuredClone(playbook);
    const procedure = procedureOf(holding, "quick-switch");
    procedure?.phases.execution.push({ id: "ui", title: "UI", component: "ui", hold: true, source: "S" });
    expect(holds({ playbook: holding })).toEqual([]);
  });
});

describe("The whole of several lanes", () => {
  const limits = { rollbackSeconds: 100, healthSeconds: 10 };

  it("has the time of the longest stretch between two waits, and all the time for being healthy", () => {
    const waiting = [member("billing"), member("mail")];
    expect(plan({ limits, members: waiting }).limits).toEqual({ rollbackSeconds: 110, healthSeconds: 30 });
    const joined = [member("billing", { hold: false }), member("mail")];
    expect(plan({ limits, members: joined }).limits.rollbackSeconds).toBe(220);
    const through = waiting.map((one) => ({ ...one, hold: false }));
    expect(plan({ limits, members: through }).limits.rollbackSeconds).toBe(320);
  });

  it("keeps each step within the limits of its own procedure", () => {
    const slow = structuredClone(playbook);
    const procedure = procedureOf(slow, "quick-switch");
    if (procedure) procedure.limits = { rollbackSeconds: 3000, healthSeconds: 900 };
    const steps = planSteps(plan({ members: [member("billing", { playbook: slow })] }));
    const limitOf = (key: string) => steps.find((step) => step.key === key)?.limitSeconds;
    expect(limitOf("execution.code.switch")).toBe(600);
    expect(limitOf("execution.code.verify-health")).toBe(120);
    expect(limitOf("execution.billing.code.switch")).toBe(3000);
    expect(limitOf("verification.billing.code.verify-health")).toBe(900);
  });

  it("adds the estimates up and says whose they are", () => {
    const history = { runs: 5, p50Minutes: 4, p95Minutes: 6, downtime: null };
    expect(plan({ members: [member("billing", { history })] }).estimate).toEqual({
      minutes: 4.5,
      downtimeMinutes: 0,
      basis:
        "shop: playbook mvp-blue-green: 0.5 min; billing: 5 runs here: half within 4 min, 95 of 100 within 6 min; " +
        "downtime as playbook mvp-blue-green says",
    });
  });

  it("loses the data of all, is as risky as the riskiest, and waits as long as the longest", () => {
    const slow = structuredClone(playbook);
    const procedure = procedureOf(slow, "quick-switch");
    if (procedure) procedure.monitoringSeconds = 1800;
    const window = (from: string, to: string) => ({
      from: `2026-01-01T${from}:00Z`,
      to: `2026-01-01T${to}:00Z`,
    });
    const whole = plan({
      dataLoss: window("10:00", "10:30"),
      members: [member("billing", { playbook: slow, dataLoss: window("09:50", "10:20") })],
    });
    expect(whole.dataLoss).toEqual({ ...window("09:50", "10:30"), minutes: 40, phrase: "CONFIRM DATA LOSS" });
    expect(whole).toMatchObject({ risk: "high", monitoringSeconds: 1800 });
  });

  it("names what stays of a member with its name", () => {
    const registered = ["code", "configuration"] as const;
    const whole = plan({ registered, members: [member("billing", { registered })] });
    expect(whole.notReverted.map((one) => one.what)).toEqual(["Configuration", "billing: Configuration"]);
  });
});

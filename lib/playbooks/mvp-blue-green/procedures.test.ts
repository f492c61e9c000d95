import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import { phaseIds, planSteps, pointOfNoReturn } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

/** A service with the document's deployment API, its environment file and a check of its own, in no particular order. */
const gateway = [
  ...plannedOperations("code", "verification", [
    ...["verify-error-rate", "verify-performance", "verify-core", "verify-health", "verify-version", "check"],
  ]),
  ...plannedOperations("code", "execution", ["switch"]),
  ...plannedOperations("code", "validation", ["confirm"]),
  ...plannedOperations("code", "initiation", ["capture"]),
];
const file = [
  ...plannedOperations("configuration", "execution", ["restart", "restore"]),
  ...plannedOperations("configuration", "validation", ["confirm"]),
  ...plannedOperations("configuration", "verification", ["verify"]),
];
const plan = (procedure: string, planned = gateway) => planOf(playbook, procedure, planned);
const sourcesOf = (id: string): string[] =>
  phaseIds.flatMap((phase) =>
    (procedureOf(playbook, id)?.phases[phase] ?? []).flatMap((step) => step.source.split("; ")),
  );
const isInOrder = (sources: readonly string[], wanted: readonly string[]): void => {
  const places = wanted.map((one) => sources.indexOf(one));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
};

describe("Quick Reference (30-second rollback)", () => {
  it("has its three steps: status, rollback, health", () => {
    expect(stepNames(plan("quick-switch"))).toEqual([
      ...["code capture", "code confirm", "code switch", "code verify-version", "code verify-health"],
    ]);
    const name = "Quick Reference (30-second rollback)";
    isInOrder(sourcesOf("quick-switch"), [`${name}, 1 Status`, `${name}, 2 Rollback`, `${name}, 3 Health`]);
  });

  it("takes half a minute, without downtime, and moves nothing but the code", () => {
    const built = planOf(playbook, "quick-switch", [...gateway, ...file], { scope: ["code"] });
    expect(built.estimate).toMatchObject({ minutes: 0.5, downtimeMinutes: 0 });
    expect(stepNames(built).filter((step) => !step.startsWith("code"))).toEqual([]);
    expect(built.notReverted.map(({ what }) => what.toLowerCase())).toContain("configuration");
    expect(() => plan("quick-switch", [...gateway, ...file])).toThrow("not covered");
  });

  it("is verified at its colour as well: health alone does not say which version answers", () => {
    const steps = planSteps(plan("quick-switch")).filter((step) => step.key.startsWith("verification"));
    expect(steps.map((step) => step.operation)).toContain("verify-version");
  });
});

describe("Detailed Rollback Procedures", () => {
  const built = plan("blue-green-switch", [...gateway, ...file]);

  it("has the five steps of the manual rollback, in its order", () => {
    const name = "Detailed Rollback Procedures, 2. Manual Rollback";
    isInOrder(sourcesOf("blue-green-switch"), [
      `${name}, Step 1 Deployment history`,
      `${name}, Step 2 Target version`,
      `${name}, Step 3 Rollback`,
      `${name}, Step 4 Environment health`,
      `${name}, Step 5 Critical functionality`,
    ]);
    expect(stepNames(built).filter((step) => step.startsWith("code"))).toEqual([
      "code capture",
      "code confirm",
      "code switch",
      "code verify-version",
      "code verify-health",
      "code verify-core",
      "code verify-performance",
      "code verify-error-rate",
      "code check",
    ]);
  });

  it("puts the configuration in place before the traffic moves", () => {
    expect(stepNames(built, "execution")).toEqual([
      ...["configuration restore", "configuration restart", "code switch"],
    ]);
  });

  it("sends the switch once, in its absolute form, and can be undone to the end", () => {
    expect(stepNames(built).filter((step) => step === "code switch")).toHaveLength(1);
    expect(pointOfNoReturn(built)).toBeNull();
    const written = procedureOf(playbook, "blue-green-switch")?.safeForms.map((form) => form.written);
    expect(written).toContain("POST /deployment/rollback without a body");
  });

  it("keeps the limits that the validation checklist asks for in its steps", () => {
    expect(built.limits).toEqual({ rollbackSeconds: 600, healthSeconds: 120 });
    for (const row of ["Health Check", "Environment Switch", "Version Verification", "Core Functionality"]) {
      const point = playbook.validation.find((one) => one.source.endsWith(row));
      if (point?.by.kind !== "evidence") throw new Error(`${row} is not proved by a step.`);
      const named = point.by.operations?.map((operation) => `code ${operation}`) ?? [];
      expect(stepNames(built, "verification")).toEqual(expect.arrayContaining(named));
    }
  });
});

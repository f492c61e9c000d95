import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import { phaseIds } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Component } from "#lib/domain/service.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

/** One target, as an adapter answers for it: it looks first, acts, and looks again. */
const target = (component: Component, acts: readonly string[], verifies: readonly string[]) => [
  ...plannedOperations(component, "initiation", ["capture"]),
  ...plannedOperations(component, "validation", ["confirm"]),
  ...plannedOperations(component, "execution", acts),
  ...plannedOperations(component, "verification", verifies),
];
/** Targets and operations stand in an order that is not the document's. */
const routing = target("routing", ["switch", "drain"], ["verify-version"]);
const services: Record<string, PlannedOperation[]> = {
  "any-platform": [
    ...routing,
    ...target("knowledge_base", ["restore-files"], ["verify"]),
    ...target("configuration", ["restore", "restart"], ["verify"]),
    ...target("code", ["roll-to-revision"], ["verify-core", "verify-health", "verify-version"]),
  ],
  langchain: [
    ...routing,
    ...target(
      "configuration",
      ["restore", "pin-prompts", "restore-memory", "restore-tools"],
      ["verify", "render-prompts"],
    ),
    ...target("code", ["set-image", "pin-model"], ["verify-core", "verify-health"]),
  ],
  fastapi: [
    ...routing,
    ...target("configuration", ["restore", "restart"], ["verify"]),
    ...target("code", ["set-image"], ["verify-endpoints", "verify-pods", "verify-health"]),
  ],
  "copilot-studio": [
    ...routing,
    ...target("knowledge_base", ["restore-knowledge"], ["verify"]),
    ...target("configuration", ["restore", "restore-topics"], ["verify"]),
    ...target("code", ["publish", "import-solution"], ["verify-core", "verify-health"]),
  ],
  "azure-functions": [
    ...routing,
    ...target("configuration", ["restore-settings", "restore-bindings"], ["verify"]),
    ...target("code", ["swap-slot"], ["verify-core", "verify-triggers", "verify-health"]),
  ],
  "component-only": [
    ...routing,
    ...target("ui", ["restore-version"], ["verify-version"]),
    ...target("feature_flag", ["set"], ["verify"]),
    ...target("configuration", ["restore"], ["verify"]),
    ...target("code", ["set-image"], ["verify-health"]),
  ],
  "knowledge-base-only": target("knowledge_base", ["restore-files"], ["verify"]),
  "configuration-only": target("configuration", ["restore", "restart"], ["verify"]),
};
const plan = (procedure: string, more = {}) => planOf(playbook, procedure, services[procedure] ?? [], more);

describe("Rollback by platform", () => {
  it.each<[string, string[], string[]]>([
    [
      "any-platform",
      [
        "code roll-to-revision",
        "configuration restore",
        "configuration restart",
        "knowledge_base restore-files",
        "routing switch",
        "routing drain",
      ],
      [
        "code verify-version",
        "code verify-health",
        "code verify-core",
        "configuration verify",
        "knowledge_base verify",
        "routing verify-version",
      ],
    ],
    [
      "langchain",
      [
        "code pin-model",
        "code set-image",
        "configuration restore-tools",
        "configuration restore-memory",
        "configuration pin-prompts",
        "configuration restore",
        "routing switch",
        "routing drain",
      ],
      [
        "code verify-health",
        "configuration render-prompts",
        "configuration verify",
        "code verify-core",
        "routing verify-version",
      ],
    ],
    [
      "fastapi",
      ["code set-image", "configuration restore", "configuration restart", "routing switch", "routing drain"],
      [
        "code verify-health",
        "code verify-pods",
        "code verify-endpoints",
        "configuration verify",
        "routing verify-version",
      ],
    ],
    [
      "copilot-studio",
      [
        "code import-solution",
        "configuration restore-topics",
        "configuration restore",
        "knowledge_base restore-knowledge",
        "code publish",
        "routing switch",
        "routing drain",
      ],
      [
        "code verify-health",
        "code verify-core",
        "configuration verify",
        "knowledge_base verify",
        "routing verify-version",
      ],
    ],
    [
      "azure-functions",
      [
        "code swap-slot",
        "configuration restore-bindings",
        "configuration restore-settings",
        "routing switch",
        "routing drain",
      ],
      [
        "code verify-health",
        "code verify-triggers",
        "code verify-core",
        "configuration verify",
        "routing verify-version",
      ],
    ],
  ])("%s goes back in the document's order and leaves nothing out", (procedure, execution, verification) => {
    expect(stepNames(plan(procedure), "execution")).toEqual(execution);
    expect(stepNames(plan(procedure), "verification")).toEqual(verification);
    expect(stepNames(plan(procedure))).toHaveLength(services[procedure]?.length ?? 0);
    expect(plan(procedure).notReverted).toEqual([]);
  });
});

describe("Partial rollback", () => {
  it("takes one component back and says that the others keep their version", () => {
    const one = plan("component-only", { scope: ["ui"] });
    expect(stepNames(one)).toEqual(["ui capture", "ui confirm", "ui restore-version", "ui verify-version"]);
    expect(one.notReverted.map(({ what, why }) => [what, why])).toEqual(
      ["Code", "Configuration", "Feature flags", "Routing"].map((what) => [
        what,
        "Not in the scope of this rollback: it stays as it is.",
      ]),
    );
  });

  it("takes the knowledge base back without interruption, and the code not at all", () => {
    const only = plan("knowledge-base-only");
    expect(stepNames(only, "execution")).toEqual(["knowledge_base restore-files"]);
    expect(only).toMatchObject({ risk: "low", estimate: { downtimeMinutes: 0 } });
    expect(procedureOf(playbook, "knowledge-base-only")?.components).toEqual(["knowledge_base"]);
  });

  it("takes the configuration back alone, with little impact", () => {
    const only = plan("configuration-only");
    expect(stepNames(only, "execution")).toEqual(["configuration restore", "configuration restart"]);
    expect(only).toMatchObject({ risk: "low", estimate: { downtimeMinutes: 2 } });
    expect(procedureOf(playbook, "configuration-only")?.components).toEqual(["configuration"]);
  });

  it("has a scope for each kind, with the procedure that it leads to", () => {
    expect(playbook.scopes.map(({ kind, components, procedure }) => [kind, components, procedure])).toEqual([
      ["service", undefined, null],
      ["component", undefined, "component-only"],
      ["knowledge_base", ["knowledge_base"], "knowledge-base-only"],
      ["configuration", ["configuration"], "configuration-only"],
    ]);
  });
});

describe("Every procedure", () => {
  const ids = playbook.procedures.map((one) => one.id);

  it("is tried here", () => {
    expect(ids).toEqual(Object.keys(services));
  });

  it.each(ids)("%s follows the five steps of the process", (id) => {
    const procedure = procedureOf(playbook, id);
    if (!procedure) throw new Error("gone");
    const { initiation, validation, execution, verification, completion } = procedure.phases;
    expect(initiation.map((one) => one.id)).toEqual(["capture-state", "log-reason", "notify-pending"]);
    expect(validation[0]?.id).toBe("find-version");
    expect(validation.at(-1)?.id).toBe("check-dependencies");
    expect(execution[0]?.id).toBe("stop-deployment");
    expect(verification[0]?.id).toBe("run-health-checks");
    expect(verification.map((one) => one.source)).toContain("STEP 4 VERIFICATION, Basic functionality");
    if (procedure.components.includes("routing")) expect(execution.at(-1)?.component).toBe("routing");
    expect(verification.slice(-2).map((one) => one.id)).toEqual(["confirm-telemetry", "validate-handoffs"]);
    expect(completion.map((one) => one.id)).toEqual([
      "update-status",
      "log-completion",
      "notify-completion",
      "track-version",
    ]);
  });

  it.each(ids)(
    "%s has 10 minutes to roll back and 2 to be healthy, loses no data, names its target",
    (id) => {
      const built = plan(id);
      expect(built.limits).toEqual({ rollbackSeconds: 600, healthSeconds: 120 });
      expect(built.estimate.minutes).toBe(10);
      expect(built.dataLoss).toBeNull();
      expect(built.monitoringSeconds).toBe(0);
      expect(built.phases.map((phase) => phase.id)).toEqual([...phaseIds]);
      for (const phase of built.phases) {
        const most = phase.id === "verification" ? 120 : 600;
        expect(phase.steps.every((step) => step.limitSeconds === most)).toBe(true);
      }
      const written = procedureOf(playbook, id)?.safeForms.map((one) => one.written) ?? [];
      expect(written.some((one) => /previous/i.test(one))).toBe(true);
    },
  );

  const checksOf = (id: string) =>
    procedureOf(playbook, id)?.prerequisites.map((one) => (typeof one === "string" ? undefined : one.check));

  it.each(ids)("%s goes back only to a known-good version that was deployed here", (id) => {
    expect(checksOf(id)?.slice(0, 2)).toEqual(["target_version_known_good", "target_version_in_history"]);
  });

  it("has a person analyse how one component fits the others, since no check looks within a service", () => {
    expect(checksOf("component-only")).toEqual([
      "target_version_known_good",
      "target_version_in_history",
      undefined,
    ]);
  });
});

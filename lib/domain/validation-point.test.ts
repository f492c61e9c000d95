import { describe, expect, it } from "vitest";
import type { ValidationPoint } from "#lib/domain/checklist-items.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import { stepStates, type StepState } from "#lib/domain/rollback.ts";
import { lookAtPoint, type Afterwards } from "#lib/domain/validation-point.ts";

const playbook = smallPlaybook();
const measured = { facts: {}, measuredAt: {}, sustainedFor: {} };
const point = (by: ValidationPoint["by"]): ValidationPoint => ({
  id: "point",
  title: "Point",
  expect: "It holds",
  by,
  source: "Section",
});
const step = (
  state: StepState,
  more: Partial<Afterwards["steps"][number]> = {},
): Afterwards["steps"][number] => ({
  title: "Verify health",
  component: "code",
  operation: "verify-health",
  state,
  evidence: [{ title: "Health", ok: true, detail: "It says healthy." }],
  ...more,
});
const look = (by: ValidationPoint["by"], more: Partial<Afterwards> = {}) =>
  lookAtPoint(point(by), { playbook, steps: [], measured, ...more });

describe("A point shown by evidence", () => {
  it("holds when every step that it names is proved, and only then", () => {
    const expected: Partial<Record<StepState, boolean>> = { done: true, already_done: true, failed: false };
    for (const state of stepStates) {
      const { ok } = look({ kind: "evidence" }, { steps: [step("done"), step(state)] });
      expect([state, ok]).toEqual([state, expected[state] ?? null]);
    }
  });

  it("says what was seen, and why it is not known", () => {
    expect(look({ kind: "evidence" }, { steps: [step("done")] }).evidence).toBe(
      "Verify health: It says healthy.",
    );
    expect(look({ kind: "evidence" }, { steps: [step("done_by_hand")] })).toEqual({
      ok: null,
      evidence: "Verify health: a person let it pass.",
    });
  });

  it("is not known where the plan has no step of that component and operation", () => {
    const by = { kind: "evidence", components: ["code"], operations: ["verify-core"] } as const;
    const wanted = { ...by, components: [...by.components], operations: [...by.operations] };
    expect(look(wanted, { steps: [step("done")] }).ok).toBeNull();
    expect(look(wanted, { steps: [step("done", { operation: "verify-core" })] }).ok).toBe(true);
    expect(
      look(wanted, { steps: [step("done", { operation: "verify-core", component: "ui" })] }).ok,
    ).toBeNull();
    expect(
      look(wanted, { steps: [step("done", { operation: "verify-core", component: null })] }).ok,
    ).toBeNull();
  });
});

describe("A point shown by figures", () => {
  const by: ValidationPoint["by"] = { kind: "facts", when: { fact: "errors", below: 1 } };
  const at = (errors: number) => ({ measured: { ...measured, facts: { errors } } });

  it("holds or fails by what was measured since, and is not known without", () => {
    expect(look(by, at(0.9))).toEqual({ ok: true, evidence: "Errors: 0.9 %." });
    expect(look(by, at(1)).ok).toBe(false);
    expect(look(by)).toEqual({ ok: null, evidence: "Errors: not measured since." });
  });

  it("fails for certain when one of several does, whatever is not known", () => {
    const both: ValidationPoint["by"] = {
      kind: "facts",
      when: {
        all: [
          { fact: "errors", below: 1 },
          { fact: "outage", is: false },
        ],
      },
    };
    expect(look(both, at(5)).ok).toBe(false);
    expect(look(both, at(0)).ok).toBeNull();
    const down = { measured: { ...measured, facts: { errors: 0, outage: true } } };
    expect(look(both, down)).toEqual({ ok: false, evidence: "Errors: 0 %. Outage: yes." });
  });

  it("with a duration counts for how long it has been so", () => {
    const lasting: ValidationPoint["by"] = {
      kind: "facts",
      when: { fact: "errors", below: 1, for: { atLeast: 60 } },
    };
    const after = (seconds: number) => ({
      measured: { ...measured, facts: { errors: 0 }, sustainedFor: { "errors below 1": seconds } },
    });
    expect(look(lasting, after(60)).ok).toBe(true);
    expect(look(lasting, after(59)).ok).toBe(false);
    expect(look(lasting, at(0)).ok).toBeNull();
    expect(look(lasting, { measured: { ...measured, facts: { errors: 0, errors_for: 90 } } }).ok).toBe(true);
  });
});

it("A point that a person says is not known before they have", () => {
  expect(look({ kind: "manual" }).ok).toBeNull();
});

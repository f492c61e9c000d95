import { describe, expect, it } from "vitest";
import type { Plan, PlanStep } from "#lib/domain/plan.ts";
import { finishedRollback } from "#lib/domain/report.fixture.ts";
import { runbook } from "#lib/domain/runbook.ts";
import type { RollbackView, StepView } from "#lib/domain/view.ts";

const base = finishedRollback("It fails.");
if (!base.plan) throw new Error("The fixture has a plan.");
const whole: Plan = base.plan;
const model = whole.phases.flatMap((phase) => phase.steps)[0];
if (!model) throw new Error("The fixture has a step.");

const step = (key: string, more: Partial<PlanStep> = {}): PlanStep => ({
  ...model,
  ...more,
  key,
  title: key,
});
const plan: Plan = {
  ...whole,
  lanes: ["mail", whole.service],
  members: [
    {
      service: "mail",
      from: null,
      to: "0.9.0",
      scope: ["code"],
      playbook: { id: "letters", version: 3 },
      procedure: "post-back",
      allow: [],
      because: "mail needs it >=1.1.0; 1.0.0 is not that.",
    },
  ],
  phases: [
    {
      id: "execution",
      title: "Execution",
      steps: [step("of-mail", { service: "mail" }), step("own", { hold: "mail is back. Next is shop." })],
    },
  ],
};
const view = (more: Partial<StepView>): RollbackView => {
  const row = base.steps[0];
  if (!row) throw new Error("The fixture has a row.");
  return { ...base, plan, steps: [{ ...row, key: "own", state: "pending", ...more }] };
};
const page = (more: Partial<StepView> = {}): string => runbook(view(more), null, "2026-01-01T03:06:00.000Z");
const person = { id: "usr_1", name: "Kim", email: "kim@example.org" };

describe("The runbook of services that move together", () => {
  it("names them in their order, each with what arranged it and why it moves", () => {
    expect(page()).toContain(
      [
        "## Services that move together, in this order",
        "",
        "1. **mail**, unknown version → 0.9.0: by post-back of playbook letters, version 3. mail needs it &gt;=1.1.0; 1.0.0 is not that.",
        `2. **${whole.service}**, ${whole.from ?? ""} → ${whole.to}: the service that this rollback is about.`,
      ].join("\n"),
    );
  });

  it("says nothing of it where one moves alone", () => {
    expect(runbook(base, null, "2026-01-01T03:06:00.000Z")).not.toContain("move together");
  });

  it("says where it waits, since when, and who said go", () => {
    const waits = "**Waits here until somebody says go: mail is back. Next is shop.**";
    expect(page()).toContain(`${waits}\n\n- [ ] **2. own**`);
    expect(page({ heldAt: "2026-01-01T03:05:00.000Z" })).toContain(`${waits} It has waited since 2026-01-01`);
    const released = page({
      heldAt: "2026-01-01T03:05:00.000Z",
      releasedAt: "2026-01-01T03:05:30.000Z",
      releasedBy: person,
    });
    expect(released).toContain(`${waits} Kim said go at 2026-01-01`);
    expect(released.match(/Waits here/g)).toHaveLength(1);
  });
});

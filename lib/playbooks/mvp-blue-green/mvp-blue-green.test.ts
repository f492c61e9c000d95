import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { plannedOperations, planOf, stepNames } from "#lib/domain/build-plan.fixture.ts";
import { itemsFor } from "#lib/domain/checklist.ts";
import { decide } from "#lib/domain/decision.ts";
import { severities, type Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const source = fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8");
const parsed = parsePlaybook(source);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const playbook: Playbook = parsed.playbook;

const detectedAt = new Date("2026-01-01T03:00:00Z");
const ask = (facts: Facts) => decide(playbook, facts, { now: detectedAt, detectedAt });
const minutes = (deadline: string | null) =>
  deadline === null ? null : (Date.parse(deadline) - detectedAt.getTime()) / 60_000;

describe("Automated rollback and manual rollback", () => {
  it.each<[string, Facts, string, number]>([
    ["health check failures", { health_failures: 3 }, "health-checks-failing", 5],
    ["error rate > 5 %", { error_rate: 5.1 }, "error-rate-high", 5],
    ["response time > 3 s", { response_time: 3001 }, "response-time-high", 15],
    ["customer complaints", { customer_complaints: true }, "customers-complain", 30],
    [
      "performance issues that came with the deployment",
      { performance_issue: true, deployment_related: true },
      "slow-since-deployment",
      15,
    ],
    ["critical bugs", { critical_bug: true }, "critical-bug-live", 5],
  ])("rolls back on %s", (_trigger, facts, id, deadline) => {
    const decision = ask(facts);
    expect(decision.verdict).toBe("rollback");
    expect(decision.rules[0]?.id).toBe(id);
    expect(minutes(decision.deadline)).toBe(deadline);
    expect(decision.procedures[0]?.id).toBe("blue-green-switch");
  });

  it.each<[string, Facts]>([
    ["exactly 5 %", { error_rate: 5 }],
    ["exactly 3 s", { response_time: 3000 }],
    ["two failed checks", { health_failures: 2 }],
    ["exactly 90 % of memory", { memory_usage: 90, memory_usage_for: 6000 }],
    ["exactly 95 % of CPU", { cpu_usage: 95, cpu_usage_for: 6000 }],
  ])("does not take %s for the trigger", (_edge, facts) => {
    expect(ask(facts).verdict).toBe("evaluate");
    expect(ask(facts).rules[0]?.id).toBe("not-known-yet");
  });
});

describe("Rollback triggers", () => {
  it("are the document's five, with its thresholds and durations", () => {
    expect(playbook.triggers.map(({ id, condition }) => [id, condition])).toEqual([
      ["health-check-failures", { fact: "health_failures", atLeast: 3 }],
      ["error-rate", { fact: "error_rate", above: 5, for: { atLeast: 120 } }],
      ["response-time", { fact: "response_time", above: 3000, for: { atLeast: 300 } }],
      ["memory-usage", { fact: "memory_usage", above: 90, for: { atLeast: 600 } }],
      ["cpu-usage", { fact: "cpu_usage", above: 95, for: { atLeast: 300 } }],
    ]);
  });

  it("roll back by themselves where the document says automated, for P0 and P1 alone", () => {
    expect(playbook.triggers.map(({ id, action }) => [id, action])).toEqual([
      ["health-check-failures", "roll_back"],
      ["error-rate", "roll_back"],
      ["response-time", "roll_back"],
      ["memory-usage", "propose"],
      ["cpu-usage", "propose"],
    ]);
    for (const isProtected of [true, false]) {
      const automatic = severities.map(
        (severity) =>
          authorityFor(playbook.authority.rules, severity, { name: "x", protected: isProtected })?.automatic,
      );
      expect(automatic).toEqual([true, true, false, false]);
    }
  });

  it.each<[string, Facts, number]>([
    ["error-rate-sustained", { error_rate: 5.1 }, 120],
    ["response-time-sustained", { response_time: 3001 }, 300],
    ["memory-sustained", { memory_usage: 90.1 }, 600],
    ["cpu-sustained", { cpu_usage: 95.1 }, 300],
  ])("%s holds from its exact duration on", (id, facts, seconds) => {
    const name = Object.keys(facts)[0] ?? "";
    const rules = (held: number) => ask({ ...facts, [`${name}_for`]: held }).rules.map((one) => one.id);
    expect(rules(seconds)).toContain(id);
    expect(rules(seconds - 1)).not.toContain(id);
  });
});

describe("Emergency procedures", () => {
  it("have the windows 0 to 5, 5 to 15 and 15 to 30 minutes", () => {
    expect(playbook.windows.map(({ id, fromMinutes, toMinutes }) => [id, fromMinutes, toMinutes])).toEqual([
      ["critical", 0, 5],
      ["performance", 5, 15],
      ["customer-impact", 15, 30],
    ]);
  });

  it("roll performance issues back only when they came with the deployment", () => {
    const slow = { performance_issue: true };
    expect(ask({ ...slow, deployment_related: true }).verdict).toBe("rollback");
    expect(ask({ ...slow, deployment_related: false }).verdict).toBe("fix_forward");
    expect(ask(slow).verdict).toBe("evaluate");
    expect(ask(slow).missing).toContain("deployment_related");
    expect(ask({ response_time: 4000 }).missing).toContain("deployment_related");
  });
});

describe("Rollback scenarios", () => {
  it.each([
    ["database_errors", "migration-failed", "rollback", "P0"],
    ["frontend_errors", "api-breaks", "rollback", "P2"],
    ["slow_or_timeouts", "performance-degraded", "evaluate", "P1"],
  ])("answer %s", (symptom, scenario, verdict, severity) => {
    expect(ask({ symptom })).toMatchObject({ verdict, severity });
    expect(playbook.scenarios.find((one) => one.id === scenario)?.matches).toEqual({
      fact: "symptom",
      is: symptom,
    });
  });
});

describe("The rest of the document", () => {
  it("is there in its numbers", () => {
    expect(playbook.validation.map((one) => one.id)).toEqual([
      "health-check",
      "environment-switch",
      "version-verification",
      "core-functionality",
      "performance",
      "error-rate",
      "monitoring-normal",
    ]);
    expect(playbook.objectives.map((one) => [one.severities?.[0], one.seconds])).toEqual([
      ["P0", 120],
      ["P1", 300],
      ["P2", 900],
      ["P3", 1800],
    ]);
    expect(playbook.alerts.map((one) => [one.urgency, one.channels])).toEqual([
      ["critical", ["sms", "phone"]],
      ["warning", ["email"]],
      ["info", ["slack", "discord"]],
    ]);
    expect(playbook.templates.map((one) => one.id)).toEqual([
      "rollback-notification",
      "post-rollback-summary",
    ]);
    expect(playbook.monitoring.seconds).toBe(0);
    expect(playbook.monitoring.metrics).toHaveLength(7);
    expect(playbook.checklists.find((one) => one.id === "post-rollback")?.items).toHaveLength(12);
  });

  it("demands afterwards what the document demands, and not what it asks for only if needed or with the next release", () => {
    const after = playbook.checklists.find((one) => one.id === "post-rollback")?.items ?? [];
    expect(after.filter((one) => !one.required).map((one) => one.id)).toEqual([
      "improve-testing",
      "update-triggers",
      "improve-alerting",
      "share-findings",
      "plan-next-deployment",
    ]);
  });

  it("moves the router after the colour, waits for what is still answered, and looks who serves", () => {
    const built = planOf(playbook, "blue-green-switch", [
      ...plannedOperations("routing", "execution", ["drain", "switch"]),
      ...plannedOperations("routing", "verification", ["verify-version"]),
      ...plannedOperations("code", "validation", ["validate", "confirm"]),
      ...plannedOperations("code", "execution", ["switch"]),
      ...plannedOperations("code", "verification", ["verify-version"]),
    ]);
    expect(stepNames(built)).toEqual([
      ...["code confirm", "code validate", "code switch", "routing switch", "routing drain"],
      ...["code verify-version", "routing verify-version"],
    ]);
    expect(built.notReverted).toEqual([]);
  });

  it("says in each procedure that the blind switch is not sent", () => {
    for (const procedure of playbook.procedures) {
      expect(procedure.limits).toEqual({ rollbackSeconds: 600, healthSeconds: 120 });
      expect(procedure.safeForms.map((one) => one.written)).toContain(
        "POST /deployment/rollback without a body",
      );
    }
  });

  it("asks for one release manager or admin in a protected environment, for nobody elsewhere", () => {
    for (const severity of ["P0", "P1", "P2", "P3"] as const) {
      const rule = (isProtected: boolean) =>
        authorityFor(playbook.authority.rules, severity, { name: "x", protected: isProtected });
      expect(rule(true)).toMatchObject({
        approvals: 1,
        roles: ["release_manager", "admin"],
        fourEyes: true,
        expiryMinutes: 60,
      });
      expect(rule(false)).toMatchObject({ approvals: 0 });
    }
    expect(playbook.authority.emergency.roles).toEqual(["admin"]);
  });

  it("requires every item before submission, the configuration's only where it is in scope", () => {
    const ids = (scope: Parameters<typeof itemsFor>[2]) =>
      itemsFor(playbook.checklists, "submit", scope).map((one) => one.id);
    expect(ids(["code"])).not.toContain("configuration-backup");
    expect(ids(["code", "configuration"])).toContain("configuration-backup");
    expect(itemsFor(playbook.checklists, "submit", ["code"]).every((one) => one.required)).toBe(true);
  });
});

const bands = {
  health_failures: [2, 3],
  error_rate: [[5], [5.1, 119], [5.1, 120]],
  response_time: [[3000], [3001, 299], [3001, 300]],
  memory_usage: [[90], [90.1, 599], [90.1, 600]],
  cpu_usage: [[95], [95.1, 299], [95.1, 300]],
  critical_bug: [false, true],
  performance_issue: [false, true],
  customer_complaints: [false, true],
  deployment_related: [false, true],
  symptom: ["database_errors", "frontend_errors", "slow_or_timeouts", "none_of_these"],
} as const;

type Band = (typeof bands)[keyof typeof bands][number];
function answer(name: string, band: Band): Facts {
  if (typeof band !== "object") return { [name]: band };
  const [value, held = 0] = band;
  return { [name]: value, [`${name}_for`]: held };
}
function* everyAnswer(names: readonly (keyof typeof bands)[]): Generator<Facts> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield {};
    return;
  }
  for (const facts of everyAnswer(rest)) {
    for (const band of bands[name]) yield { ...facts, ...answer(name, band) };
  }
}
const names = Object.keys(bands) as (keyof typeof bands)[];

/** The document read once more, without the format in between. */
function byTheDocument(f: Facts): [string, string, number | null] {
  const above = (name: string, limit: number) => Number(f[name]) > limit;
  const isCritical =
    Number(f["health_failures"]) >= 3 ||
    above("error_rate", 5) ||
    f["critical_bug"] === true ||
    f["symptom"] === "database_errors";
  if (isCritical) return ["rollback", "P0", 5];
  const isSlow =
    above("response_time", 3000) ||
    above("memory_usage", 90) ||
    above("cpu_usage", 95) ||
    f["performance_issue"] === true ||
    f["symptom"] === "slow_or_timeouts";
  if (isSlow) return [f["deployment_related"] === true ? "rollback" : "fix_forward", "P1", 15];
  const reachesCustomers = f["customer_complaints"] === true || f["symptom"] === "frontend_errors";
  return reachesCustomers ? ["rollback", "P2", 30] : ["monitor", "P3", null];
}

describe("Every combination of answers", () => {
  it("reaches the verdict of the document, by rows that agree or are ranked", () => {
    let count = 0;
    for (const facts of everyAnswer(names)) {
      const decision = ask(facts);
      const [first] = decision.rules;
      expect([decision.verdict, decision.severity, minutes(decision.deadline)]).toEqual(byTheDocument(facts));
      expect(decision.missing).toEqual([]);
      expect(decision.outranked.every((one) => (one.rank ?? 0) > (first?.rank ?? -1))).toBe(true);
      count += 1;
    }
    expect(count).toBe(2 * 81 * 16 * 4);
  }, 60_000);

  it("asks for every fact whose answer alone would change the advice", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const advice = (facts: Facts) => {
      const { verdict, severity, deadline, window, procedures } = ask(facts);
      return JSON.stringify([verdict, severity, deadline, window, procedures]);
    };
    for (let round = 0; round < 300; round++) {
      let facts: Facts = {};
      for (const name of names) {
        const band = bands[name][random(bands[name].length)];
        if (band !== undefined && random(3) > 0) facts = { ...facts, ...answer(name, band) };
      }
      const { missing } = ask(facts);
      for (const name of names.filter((one) => !(one in facts) && !missing.includes(one))) {
        for (const band of bands[name]) {
          expect(advice({ ...facts, ...answer(name, band) })).toBe(advice(facts));
        }
      }
    }
  }, 60_000);
});

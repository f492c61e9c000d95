import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import { severities, type Facts, type FactValue, type Severity } from "#lib/domain/incident.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";
import { readTrigger } from "#lib/domain/trigger.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

const detectedAt = new Date("2026-01-01T03:00:00Z");
const ask = (facts: Facts) => decide(playbook, facts, { now: detectedAt, detectedAt });
const minutes = (deadline: string | null) =>
  deadline === null ? null : (Date.parse(deadline) - detectedAt.getTime()) / 60_000;
const advice = (facts: Facts) => {
  const { verdict, severity, deadline } = ask(facts);
  return [verdict, severity, minutes(deadline)];
};
const rows = (facts: Facts) => ask(facts).rules.map((one) => one.id);
const offered = (facts: Facts) => ask(facts).procedures.map((one) => one.id);

describe("Rollback authority matrix", () => {
  const rule = (severity: Severity, isProtected = true) =>
    authorityFor(playbook.authority.rules, severity, { name: "production", protected: isProtected });

  it.each([
    ["P0", 1, ["release_manager"], true, 5, 5, true],
    ["P1", 1, ["release_manager"], false, 15, 15, true],
    ["P2", 2, ["operator"], false, 60, null, true],
  ] as const)(
    "%s takes %i approval of %j, on call %s, asked again after %i min",
    (severity, approvals, roles, onCall, askNextMinutes, emergencyOfferMinutes, automatic) => {
      expect(rule(severity)).toMatchObject({
        ...{ approvals, roles, onCall, askNextMinutes, emergencyOfferMinutes, automatic },
        ...{ rollbackAllowed: true, fourEyes: true, initiate: "operator" },
      });
      expect(playbook.severities[severity].respondMinutes).toBe(askNextMinutes);
    },
  );

  it("P3 waits for the next scheduled deployment, and nothing starts by itself", () => {
    expect(rule("P3")).toMatchObject({ rollbackAllowed: false, automatic: false });
    expect(playbook.severities.P3.respondMinutes).toBeNull();
  });

  it("asks nobody outside protected environments, and starts nothing by itself at P3 there either", () => {
    for (const severity of severities) {
      expect(rule(severity, false)).toMatchObject({
        ...{ approvals: 0, rollbackAllowed: true, automatic: severity !== "P3" },
      });
    }
  });

  it("lets the engineer on call take the emergency alone, for what is critical", () => {
    const { emergency } = playbook.authority;
    expect(emergency).toMatchObject({ roles: ["admin"], onCall: true, reviewHours: 24 });
    expect(emergency.criteria.map((one) => one.id)).toEqual([
      "service-outage",
      "data-corruption",
      "vulnerability-exploited",
      "authentication-failure",
      "schema-corrupted",
      "nobody-answers",
    ]);
  });
});

describe("Automatic rollback triggers", () => {
  const firing = (id: string, value: FactValue, seconds: number) => {
    const trigger = playbook.triggers.find((one) => one.id === id);
    if (!trigger) throw new Error("gone");
    const looks = [...Array(Math.floor(seconds / 60)).keys()].map((at) => at * 60).concat(seconds);
    const seen = looks.map((ago) => ({ value, at: new Date(detectedAt.getTime() - ago * 1000) }));
    return readTrigger(trigger, seen, detectedAt).state === "firing";
  };

  it.each<[string, string, FactValue, FactValue, number]>([
    ["/health returns 5xx, 5 minutes consecutive", "api-health-check", true, false, 300],
    ["HTTP 5xx > 5 % of requests, 3 minutes", "error-rate-spike", 5.01, 5, 180],
    ["connection timeouts > 50 %, 2 minutes", "database-connections", 50.1, 50, 120],
    ["no task processing for 10 minutes", "worker-queue", true, false, 600],
    ["2 OOM kills", "memory-leak", 2, 1, 0],
  ])("%s", (_words, id, over, under, seconds) => {
    expect(firing(id, over, seconds)).toBe(true);
    expect(firing(id, under, seconds)).toBe(false);
    if (seconds > 0) expect(firing(id, over, seconds - 1)).toBe(false);
  });

  it("are these five, and all of them roll back", () => {
    expect(playbook.triggers.map((one) => one.action)).toEqual(Array(5).fill("roll_back"));
  });

  it.each<[string, Facts, string, number, unknown[], unknown[]]>([
    ["health", { health_5xx: true }, "health_5xx_for", 300, ["rollback", "P0", 5], ["evaluate", "P0", 5]],
    ["errors", { error_rate: 5.1 }, "error_rate_for", 180, ["rollback", "P2", 60], ["evaluate", "P2", 60]],
    [
      "many errors",
      { error_rate: 10.1 },
      "error_rate_for",
      180,
      ["rollback", "P1", 15],
      ["evaluate", "P1", 15],
    ],
    [
      "database",
      { db_timeouts: 50.1 },
      "db_timeouts_for",
      120,
      ["rollback", "P1", 15],
      ["evaluate", "P1", 15],
    ],
    [
      "worker",
      { worker_stalled: true },
      "worker_stalled_for",
      600,
      ["rollback", "P1", 15],
      ["evaluate", "P1", 15],
    ],
  ])("decide the same for a person who looks: %s", (_words, facts, lasting, seconds, after, before) => {
    expect(advice({ ...facts, [lasting]: seconds })).toEqual(after);
    expect(advice({ ...facts, [lasting]: seconds - 1 })).toEqual(before);
  });

  it("take two kills for lack of memory, and not one", () => {
    expect(advice({ oom_kills: 2 })).toEqual(["rollback", "P1", 15]);
    expect(ask({ oom_kills: 1 }).rules[0]?.id).toBe("not-known-yet");
  });
});

describe("Manual rollback criteria", () => {
  it.each<[string, Facts]>([
    ["complete service outage", { service_unreachable: true }],
    ["data corruption", { data_corruption: true }],
    ["vulnerability actively exploited", { vulnerability_exploited: true }],
    ["authentication failure", { authentication_failed: true }],
    ["migrations failed with schema corruption", { migration_corrupted: true }],
    ["data loss risk, of the authority matrix", { data_loss_risk: true }],
  ])("P0, immediate: %s", (_words, facts) => {
    expect(advice(facts)).toEqual(["rollback", "P0", 5]);
    expect(ask(facts).window?.id).toBe("immediate");
  });

  it.each<[string, Facts]>([
    ["core functionality broken", { core_broken: true }],
    ["more than 10 % for more than 5 minutes", { error_rate: 10.01, error_rate_for: 301 }],
    ["p95 beyond 3 times the baseline", { p95_multiple: 3.01 }],
    ["more than 5 restarts an hour", { restarts_per_hour: 6 }],
    ["critical integration failure", { integration_failed: true }],
  ])("P1, within 15 minutes: %s", (_words, facts) => {
    expect(advice(facts)).toEqual(["rollback", "P1", 15]);
    expect(ask(facts).window?.id).toBe("within-15-minutes");
  });

  it.each<[string, Facts]>([
    ["non-critical feature broken", { feature_broken: true }],
    ["5 % for more than 15 minutes", { error_rate: 5, error_rate_for: 901 }],
    ["10 % for more than 15 minutes", { error_rate: 10, error_rate_for: 901 }],
    ["p95 at twice the baseline", { p95_multiple: 2 }],
    ["p95 at exactly 3 times the baseline", { p95_multiple: 3 }],
    ["more than 80 % CPU", { cpu_usage: 80.1 }],
  ])("P2, within 1 hour: %s", (_words, facts) => {
    expect(advice(facts)).toEqual(["rollback", "P2", 60]);
    expect(ask(facts).window?.id).toBe("within-1-hour");
  });

  it.each<[string, Facts]>([
    ["cosmetic issues", { cosmetic_issue: true }],
    ["logging errors", { logging_errors: true }],
    ["documentation issues", { documentation_issue: true }],
    ["p95 below twice the baseline", { p95_multiple: 1.99 }],
  ])("P3, fix forward: %s", (_words, facts) => {
    expect(advice(facts)).toEqual(["fix_forward", "P3", null]);
  });

  it.each<[string, Facts, string]>([
    ["more than 10 % for exactly 5 minutes", { error_rate: 11, error_rate_for: 300 }, "error-rate-severe"],
    ["7 % for exactly 15 minutes", { error_rate: 7, error_rate_for: 900 }, "error-rate-raised-long"],
    ["4.99 % for an hour", { error_rate: 4.99, error_rate_for: 3600 }, "error-rate-raised-long"],
    ["exactly 10 % for an hour", { error_rate: 10, error_rate_for: 3600 }, "error-rate-severe"],
    ["exactly 5 restarts an hour", { restarts_per_hour: 5 }, "restarting-often"],
    ["exactly 80 % CPU", { cpu_usage: 80 }, "cpu-high"],
    ["exactly 3 times the baseline", { p95_multiple: 3 }, "far-too-slow"],
    ["exactly twice the baseline", { p95_multiple: 2 }, "slightly-slow"],
    ["the baseline itself", { p95_multiple: 1 }, "slightly-slow"],
  ])("are not met by %s", (_edge, facts, row) => {
    expect(rows(facts)).not.toContain(row);
  });

  it("asks a person for the CPU that is in use steadily; one measurement says nothing of that", () => {
    expect(playbook.facts.find((one) => one.id === "cpu_usage")?.signal).toBeUndefined();
  });

  it("has what nobody knows yet evaluated within the hour, and does not take it for cosmetic", () => {
    expect(advice({})).toEqual(["evaluate", "P2", 60]);
    expect(ask({}).authority).toMatchObject({ rollbackAllowed: true, approvals: 2 });
    expect(ask({}).rules[0]?.id).toBe("not-known-yet");
  });

  it("takes exactly 5 % for less than 15 minutes for something to evaluate", () => {
    expect(advice({ error_rate: 5, error_rate_for: 900 })).toEqual(["evaluate", "P2", 60]);
    expect(advice({ error_rate: 1, error_rate_for: 900 })).toEqual(["evaluate", "P2", 60]);
    expect(rows({ error_rate: 0.99, error_rate_for: 900 })).toEqual(["not-known-yet"]);
  });
});

describe("Rollback or hotfix", () => {
  const inTime = { fix_known: true, fix_seconds: 1799 };
  it.each<[string, Facts, string, string]>([
    ["simple config change needed", { change_needed: "simple_configuration" }, "hotfix", "simple-setting"],
    ["database migration involved", { migration_involved: true }, "rollback", "migration-involved"],
    ["single file code change", { change_needed: "single_file" }, "hotfix", "single-file"],
    ["multiple interrelated changes", { change_needed: "interrelated" }, "rollback", "interrelated-changes"],
    ["unknown root cause", { root_cause_known: false }, "rollback", "cause-unknown"],
    ["known fix in less than 30 min", inTime, "hotfix", "known-fix"],
  ])("%s", (_words, facts, verdict, row) => {
    for (const [criterion, severity, deadline] of [
      [{ core_broken: true }, "P1", 15],
      [{ feature_broken: true }, "P2", 60],
    ] as const) {
      expect(advice({ ...criterion, ...facts })).toEqual([verdict, severity, deadline]);
      expect(rows({ ...criterion, ...facts })[0]).toBe(row);
    }
  });

  it.each<[string, Facts]>([
    ["a migration is involved", { migration_involved: true }],
    ["the root cause is unknown", { root_cause_known: false }],
    ["changes are interrelated", { change_needed: "interrelated" }],
  ])("rolls back when a fix is known but %s", (_words, facts) => {
    const decision = ask({ core_broken: true, ...inTime, ...facts });
    expect(decision.verdict).toBe("rollback");
    expect(decision.outranked.map((one) => one.id)).toEqual(["known-fix"]);
  });

  it("does not take a fix that needs exactly 30 minutes", () => {
    expect(ask({ core_broken: true, fix_known: true, fix_seconds: 1800 }).verdict).toBe("rollback");
    expect(ask({ core_broken: true, fix_known: false, fix_seconds: 60 }).verdict).toBe("rollback");
  });

  it("is not asked at P0, nor where nothing is to be rolled back", () => {
    expect(advice({ service_unreachable: true, ...inTime })).toEqual(["rollback", "P0", 5]);
    expect(advice({ cosmetic_issue: true, ...inTime })).toEqual(["fix_forward", "P3", null]);
    expect(ask({ service_unreachable: true }).missing).not.toContain("fix_known");
    expect(ask({ core_broken: true }).missing).toContain("fix_known");
  });
});

describe("The procedures that are offered", () => {
  it.each<[string, Facts, string[]]>([
    ["code alone", { core_broken: true }, ["code-render", "code-compose"]],
    [
      "a migration",
      { core_broken: true, migration_involved: true },
      ["migration-downgrade", "migration-restore", "code-render", "code-compose"],
    ],
    [
      "a changed variable",
      { core_broken: true, configuration_caused: true },
      ["configuration-render", "configuration-compose", "code-render", "code-compose"],
    ],
    [
      "a feature behind a flag",
      { feature_broken: true, flagged_feature: true, fix_known: true, fix_seconds: 60 },
      ["feature-flag-off", "code-render", "code-compose"],
    ],
    [
      "an outage of unknown cause",
      { service_unreachable: true, root_cause_known: false },
      ["emergency-full-rollback", "code-render", "code-compose"],
    ],
    ["corrupted data", { data_corruption: true }, ["point-in-time", "migration-restore"]],
    ["a corrupted schema", { migration_corrupted: true }, ["migration-restore"]],
    [
      "data that a migration corrupted, which no downgrade mends",
      { data_corruption: true, migration_involved: true },
      ["point-in-time", "migration-restore", "migration-downgrade"],
    ],
    [
      "a schema that no downgrade can start from, whatever else is unknown",
      { migration_corrupted: true, migration_involved: true, root_cause_known: false },
      ["migration-restore", "migration-downgrade", "emergency-full-rollback"],
    ],
  ])("for %s", (_words, facts, procedures) => {
    expect(ask(facts).verdict).toBe("rollback");
    expect(offered(facts)).toEqual(procedures);
  });
});

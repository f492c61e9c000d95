import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import type { Facts } from "#lib/domain/incident.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

const detectedAt = new Date("2026-01-01T03:00:00Z");
const ask = (facts: Facts) => decide(playbook, facts, { now: detectedAt, detectedAt });
const minutes = (deadline: string | null) =>
  deadline === null ? null : (Date.parse(deadline) - detectedAt.getTime()) / 60_000;
const said = (facts: Facts) => {
  const { verdict, severity, deadline } = ask(facts);
  return [verdict, severity, minutes(deadline)];
};
const rowsOf = (facts: Facts) => ask(facts).rules.map((one) => one.id);
const offered = (facts: Facts) => ask(facts).procedures.map((one) => one.id);

/** Every question answered, and nothing is wrong. */
const calm: Facts = {
  issue_type: "none_of_these",
  error_rate: 0,
  response_time: 100,
  slowdown: 1,
  core_features_down: false,
  critical_services_down: 0,
  data_integrity_issue: false,
  security_exposed: false,
  replication_broken: false,
  unexpected_behaviour: false,
  complaints_increasing: false,
  within_sla: true,
  known_issue: false,
  workaround_available: false,
  symptom: "none_of_these",
  migration_fixable: true,
};

describe("Immediate rollback required, in under 5 minutes", () => {
  it.each<[string, Facts]>([
    ["core features completely non-functional", { core_features_down: true }],
    ["data loss, corruption or inconsistency detected", { data_integrity_issue: true }],
    ["active exploit or breach detected", { security_exposed: true }],
    ["error rate > 5 %", { error_rate: 5.01 }],
    ["multiple critical services down", { critical_services_down: 2 }],
    ["performance degradation > 10x", { slowdown: 10.1 }],
    ["response times exceed 5 seconds", { response_time: 5001 }],
    ["primary-replica synchronization failed", { replication_broken: true }],
  ])("%s", (_bullet, facts) => {
    expect(said(facts)).toEqual(["rollback", "P0", 5]);
    expect(said({ ...calm, ...facts })).toEqual(["rollback", "P0", 5]);
    expect(ask(facts).window?.id).toBe("immediate");
    expect(offered(facts)[0]).toBe("complete-platform");
  });

  it.each<[string, Facts]>([
    ["exactly 5 %", { error_rate: 5 }],
    ["exactly ten times slower", { slowdown: 10 }],
    ["exactly 5 seconds", { response_time: 5000 }],
    ["one critical service", { critical_services_down: 1 }],
  ])("is not yet %s", (_edge, facts) => {
    expect(ask({ ...calm, ...facts }).verdict).not.toBe("rollback");
  });
});

describe("Rollback consideration, in under 30 minutes", () => {
  it.each<[string, Facts]>([
    ["exactly 1 % of errors", { error_rate: 1 }],
    ["exactly 5 % of errors", { error_rate: 5 }],
    ["exactly twice as slow", { slowdown: 2 }],
    ["exactly ten times as slow", { slowdown: 10 }],
    ["non-critical features impaired", { issue_type: "major_feature_down" }],
    ["not blocking but concerning", { unexpected_behaviour: true }],
    ["user-reported issues escalating", { complaints_increasing: true }],
  ])("%s", (_bullet, facts) => {
    expect(said({ ...calm, ...facts })).toEqual(["evaluate", "P2", 30]);
    expect(ask({ ...calm, ...facts }).window?.id).toBe("consideration");
  });
});

describe("Monitor and fix forward", () => {
  it.each<[string, Facts, string]>([
    ["error rate < 1 %", { error_rate: 0.99 }, "error-rate-below-1"],
    ["visual glitches", { issue_type: "ui_glitch" }, "minor-interface-issue"],
    ["response times acceptable", { within_sla: true }, "performance-within-sla"],
    ["documented and acceptable bugs", { known_issue: true }, "known-minor-issue"],
    ["alternate path", { workaround_available: true }, "workaround"],
  ])("%s is watched", (_bullet, facts, row) => {
    expect(said({ ...calm, ...facts })).toEqual(["monitor", "P3", null]);
    expect(rowsOf({ ...calm, ...facts })).toContain(row);
  });

  it.each(Object.keys(calm))("never rests on an unknown answer: without %s it is not green", (name) => {
    const settling = ["known_issue", "workaround_available", "within_sla", "migration_fixable"];
    const { [name]: _left, ...rest } = calm;
    if (settling.includes(name)) expect(ask(rest).verdict).toBe("monitor");
    else
      expect(ask(rest)).toMatchObject({ verdict: "evaluate", missing: expect.arrayContaining([name]) as [] });
  });

  it("lowers nothing that asks for more", () => {
    const excuses = { known_issue: true, workaround_available: true, within_sla: true };
    expect(ask({ ...calm, ...excuses, complaints_increasing: true }).verdict).toBe("evaluate");
    expect(ask({ ...calm, ...excuses, core_features_down: true }).verdict).toBe("rollback");
  });
});

describe("The decision matrix", () => {
  it.each<[string, Facts, [string, string, number | null]]>([
    ["complete_outage", {}, ["rollback", "P0", 5]],
    ["data_corruption", {}, ["rollback", "P0", 5]],
    ["security_breach", {}, ["rollback", "P0", 5]],
    ["critical_feature_down", { error_rate: 5.1, response_time: 5001 }, ["rollback", "P0", 5]],
    ["major_feature_down", { error_rate: 2.1, response_time: 2001 }, ["evaluate", "P1", 15]],
    ["minor_feature_down", { error_rate: 0.9, response_time: 999 }, ["monitor", "P3", 30]],
    ["performance_degradation", { error_rate: 0.9, response_time: 2001 }, ["evaluate", "P1", 15]],
    ["ui_glitch", { error_rate: 0.09, response_time: 499 }, ["monitor", "P3", null]],
  ])("%s within its thresholds", (issue_type, facts, expected) => {
    expect(said({ ...calm, ...facts, issue_type })).toEqual(expected);
    const row = issue_type.replaceAll("_", "-").replace("performance-degradation", "performance-degraded");
    expect(rowsOf({ ...calm, ...facts, issue_type })).toContain(row);
  });

  it.each<[string, Facts, [string, string, number | null]]>([
    ["critical_feature_down", { error_rate: 0, response_time: 100 }, ["evaluate", "P1", 5]],
    ["critical_feature_down", { error_rate: 5, response_time: 5000 }, ["evaluate", "P1", 5]],
    ["critical_feature_down", { error_rate: 5.1, response_time: 100 }, ["rollback", "P0", 5]],
    ["critical_feature_down", { error_rate: 0, response_time: 5001 }, ["rollback", "P0", 5]],
    ["major_feature_down", { error_rate: 2, response_time: 2000 }, ["evaluate", "P2", 30]],
    ["minor_feature_down", { error_rate: 1, response_time: 100 }, ["evaluate", "P2", 30]],
    ["minor_feature_down", { error_rate: 0, response_time: 1000 }, ["evaluate", "P2", 30]],
    ["performance_degradation", { error_rate: 1, response_time: 2001 }, ["evaluate", "P1", 15]],
    ["performance_degradation", { within_sla: false, response_time: 2000 }, ["evaluate", "P2", 30]],
    ["performance_degradation", { response_time: 2000 }, ["monitor", "P3", null]],
    ["ui_glitch", { error_rate: 0.1, response_time: 500 }, ["monitor", "P3", null]],
    ["ui_glitch", { response_time: 2001 }, ["evaluate", "P1", 15]],
  ])("%s outside its thresholds, %j", (issue_type, facts, expected) => {
    expect(said({ ...calm, ...facts, issue_type })).toEqual(expected);
  });

  it("has a critical feature judged within 5 minutes before any figure is known", () => {
    const facts = { issue_type: "critical_feature_down" };
    expect(said(facts)).toEqual(["evaluate", "P1", 5]);
    expect(ask(facts).missing).toEqual(expect.arrayContaining(["error_rate", "response_time"]));
    expect(rowsOf({ ...calm, ...facts, error_rate: 3, response_time: 2001 })[0]).toBe(
      "critical-feature-below-limits",
    );
  });
});

describe("One critical service that is down", () => {
  it("is judged within 5 minutes as a critical feature is, and never just watched", () => {
    const facts = { critical_services_down: 1 };
    expect(said(facts)).toEqual(["evaluate", "P1", 5]);
    expect(said({ ...calm, ...facts })).toEqual(["evaluate", "P1", 5]);
    expect(rowsOf({ ...calm, ...facts })[0]).toBe("one-critical-service-down");
    expect(said({ ...calm, critical_services_down: 2 })).toEqual(["rollback", "P0", 5]);
  });
});

describe("The four scenarios", () => {
  it.each<[string, Facts, [string, string, number], string[]]>([
    ["out_of_memory", {}, ["rollback", "P2", 30], ["single-service"]],
    ["configuration_errors", {}, ["rollback", "P2", 30], ["etcd-configuration", "environment-file"]],
    ["external_api_errors", {}, ["rollback", "P2", 30], ["single-service"]],
    ["migration_failed", { migration_fixable: true }, ["fix_forward", "P1", 15], []],
    ["migration_failed", { migration_fixable: false }, ["rollback", "P1", 15], ["database-restore"]],
  ])("%s %j", (symptom, facts, expected, procedures) => {
    expect(said({ ...calm, ...facts, symptom })).toEqual(expected);
    expect(offered({ ...calm, ...facts, symptom })).toEqual(procedures);
  });

  it("keep the urgency of what else is wrong, and put the precise procedure first", () => {
    const outage = { ...calm, symptom: "out_of_memory", issue_type: "complete_outage" };
    expect(said(outage)).toEqual(["rollback", "P0", 5]);
    expect(offered(outage)).toEqual(["single-service", "complete-platform"]);
    const feature = { ...calm, symptom: "configuration_errors", issue_type: "critical_feature_down" };
    expect(said(feature)).toEqual(["rollback", "P1", 5]);
  });

  it("go forward with a migration that can be repaired, even in an outage", () => {
    const outage = { ...calm, symptom: "migration_failed", issue_type: "complete_outage" };
    expect(said(outage)).toEqual(["fix_forward", "P0", 5]);
  });

  it("do not go forward where data or security is at stake, or nobody knows whether it is", () => {
    const failed: Facts = { ...calm, symptom: "migration_failed", core_features_down: true };
    expect(ask({ ...failed, data_integrity_issue: true }).verdict).toBe("rollback");
    expect(ask({ ...failed, issue_type: "security_breach" }).verdict).toBe("rollback");
    const { security_exposed: _unknown, ...rest } = failed;
    expect(ask(rest)).toMatchObject({
      verdict: "rollback",
      missing: expect.arrayContaining(["security_exposed"]) as [],
    });
  });

  it("leave the verdict while nobody knows whether a migration can be repaired", () => {
    const situation: Facts = { ...calm, symptom: "migration_failed" };
    const { migration_fixable: _unknown, ...rest } = situation;
    expect(ask(rest)).toMatchObject({ verdict: "evaluate", missing: ["migration_fixable"] });
  });
});

/** The document read once more, without the format in between. Everything is known. */
function byTheDocument(f: Facts): [string, string, number | null] {
  const errors = Number(f["error_rate"]);
  const answer = Number(f["response_time"]);
  const slower = Number(f["slowdown"]);
  const issue = f["issue_type"];
  const yes = (name: string) => f[name] === true;
  const isDelicate =
    yes("data_integrity_issue") ||
    yes("security_exposed") ||
    issue === "data_corruption" ||
    issue === "security_breach";
  const isImmediate =
    isDelicate ||
    yes("core_features_down") ||
    yes("replication_broken") ||
    Number(f["critical_services_down"]) > 1 ||
    issue === "complete_outage" ||
    errors > 5 ||
    answer > 5000 ||
    slower > 10;
  const isScenario = f["symptom"] !== "none_of_these";
  const isPressing = answer > 2000 || f["symptom"] === "migration_failed";
  const isConsidered =
    errors >= 1 ||
    slower >= 2 ||
    issue === "major_feature_down" ||
    (issue === "minor_feature_down" && answer >= 1000) ||
    (issue === "performance_degradation" && !yes("within_sla")) ||
    yes("unexpected_behaviour") ||
    yes("complaints_increasing");
  const urgency = (): [string, string, number] | null => {
    if (isImmediate) return ["rollback", "P0", 5];
    const isCriticalPart = issue === "critical_feature_down" || Number(f["critical_services_down"]) === 1;
    if (isCriticalPart) return ["evaluate", "P1", 5];
    if (isPressing) return ["evaluate", "P1", 15];
    return isConsidered || isScenario ? ["evaluate", "P2", 30] : null;
  };
  const base = urgency();
  if (base === null) return ["monitor", "P3", issue === "minor_feature_down" ? 30 : null];
  const [verdict, severity, within] = base;
  if (!isScenario) return base;
  if (f["symptom"] !== "migration_failed") return ["rollback", severity, within];
  if (!yes("migration_fixable")) return ["rollback", severity, within];
  return [isDelicate ? verdict : "fix_forward", severity, within];
}

const bands: Record<string, readonly (number | string | boolean)[]> = {
  issue_type: [
    ...["complete_outage", "data_corruption", "security_breach", "critical_feature_down", "ui_glitch"],
    ...["major_feature_down", "minor_feature_down", "performance_degradation", "none_of_these"],
  ],
  error_rate: [0, 0.1, 0.9, 1, 2, 2.1, 5, 5.1],
  response_time: [100, 499, 500, 999, 1000, 2000, 2001, 5000, 5001],
  slowdown: [1, 1.9, 2, 10, 10.1],
  critical_services_down: [0, 1, 2],
  symptom: [
    ...["migration_failed", "out_of_memory", "configuration_errors", "external_api_errors"],
    ...["none_of_these", "none_of_these", "none_of_these"],
  ],
};
/** The same sequence every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe("Sampled combinations of answers", () => {
  it("reach the verdict of the document", () => {
    const roll = dice(7);
    const seen = new Set<string>();
    for (let round = 0; round < 6000; round++) {
      const facts: Facts = {};
      for (const [name, usual] of Object.entries(calm)) {
        const band = bands[name] ?? [true, false];
        // Mostly calm, so that rare rows decide too.
        facts[name] = roll(5) === 0 ? (band[roll(band.length)] ?? usual) : usual;
      }
      const expected = byTheDocument(facts);
      expect([facts, ...said(facts)]).toEqual([facts, ...expected]);
      seen.add(expected.join(" "));
    }
    expect([...seen].sort()).toEqual([
      ...["evaluate P1 15", "evaluate P1 5", "evaluate P2 30"],
      ...["fix_forward P0 5", "fix_forward P1 15", "fix_forward P1 5"],
      ...["monitor P3 ", "monitor P3 30"],
      ...["rollback P0 5", "rollback P1 15", "rollback P1 5", "rollback P2 30"],
    ]);
  }, 60_000);
});

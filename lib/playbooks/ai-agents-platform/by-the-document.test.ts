import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import type { Facts, FactValue } from "#lib/domain/incident.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;
const detectedAt = new Date("2026-01-01T03:00:00Z");

/** On, just below and just above each threshold. Seconds, %, ×, counts. */
const bands: Record<string, readonly FactValue[]> = {
  health_5xx: [false, false, false, true],
  health_5xx_for: [299, 300],
  error_rate: [0, 0, 0, 0.99, 1, 4.99, 5, 5.01, 10, 10.01],
  error_rate_for: [179, 180, 300, 301, 900, 901],
  db_timeouts: [0, 0, 0, 50, 50.1],
  db_timeouts_for: [119, 120],
  worker_stalled: [false, false, false, true],
  worker_stalled_for: [599, 600],
  oom_kills: [0, 0, 0, 1, 2],
  p95_multiple: [1, 1, 1, 1.01, 1.99, 2, 3, 3.01],
  restarts_per_hour: [0, 0, 0, 5, 6],
  cpu_usage: [40, 40, 40, 80, 80.1],
  change_needed: ["simple_configuration", "single_file", "interrelated", "not_known"],
  fix_seconds: [1799, 1800],
};
const rare = [
  ...["service_unreachable", "data_corruption", "vulnerability_exploited", "authentication_failed"],
  ...["migration_corrupted", "data_loss_risk", "core_broken", "integration_failed", "feature_broken"],
  ...["cosmetic_issue", "logging_errors", "documentation_issue", "migration_involved"],
  ...["flagged_feature", "configuration_caused"],
];

/** The document read once more, without the format in between. Verdict, severity, minutes. */
function byTheDocument(f: Facts): [string, string, number | null] {
  const yes = (...names: string[]) => names.some((name) => f[name] === true);
  const n = (name: string) => Number(f[name]);
  const isCritical =
    yes("service_unreachable", "data_corruption", "vulnerability_exploited", "authentication_failed") ||
    yes("migration_corrupted", "data_loss_risk") ||
    (yes("health_5xx") && n("health_5xx_for") >= 300);
  if (isCritical) return ["rollback", "P0", 5];
  const isHigh =
    yes("core_broken", "integration_failed") ||
    (n("error_rate") > 10 && (n("error_rate_for") > 300 || n("error_rate_for") >= 180)) ||
    n("p95_multiple") > 3 ||
    n("restarts_per_hour") > 5 ||
    (n("db_timeouts") > 50 && n("db_timeouts_for") >= 120) ||
    (yes("worker_stalled") && n("worker_stalled_for") >= 600) ||
    n("oom_kills") >= 2;
  if (isHigh) return [rollbackOrHotfix(f), "P1", 15];
  const isMedium =
    yes("feature_broken") ||
    (n("error_rate") >= 5 && n("error_rate") <= 10 && n("error_rate_for") > 900) ||
    (n("error_rate") > 5 && n("error_rate") <= 10 && n("error_rate_for") >= 180) ||
    (n("p95_multiple") >= 2 && n("p95_multiple") <= 3) ||
    n("cpu_usage") > 80;
  if (isMedium) return [rollbackOrHotfix(f), "P2", 60];
  if (yes("health_5xx")) return ["evaluate", "P0", 5];
  if (n("db_timeouts") > 50 || yes("worker_stalled") || n("error_rate") > 10) return ["evaluate", "P1", 15];
  if (n("error_rate") >= 1) return ["evaluate", "P2", 60];
  const isLow =
    yes("cosmetic_issue", "logging_errors", "documentation_issue") ||
    (n("p95_multiple") > 1 && n("p95_multiple") < 2);
  return [isLow ? "fix_forward" : "monitor", "P3", null];
}

function rollbackOrHotfix(f: Facts): string {
  if (f["flagged_feature"] === true || f["migration_involved"] === true) return "rollback";
  if (f["root_cause_known"] === false || f["change_needed"] === "interrelated") return "rollback";
  if (f["fix_known"] === true && Number(f["fix_seconds"]) < 1800) return "hotfix";
  return f["change_needed"] === "not_known" ? "rollback" : "hotfix";
}

function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const refining = new Set<string | null>(playbook.matrices.filter((one) => one.refines).map((one) => one.id));

describe("A situation with every answer", () => {
  it("reaches the verdict of the document, by rows that agree or are ranked", () => {
    const random = numbers(7);
    const reached = new Map<string, number>();
    for (let round = 0; round < 3000; round++) {
      const facts: Facts = { root_cause_known: random(3) > 0, fix_known: random(2) > 0 };
      for (const [name, values] of Object.entries(bands)) facts[name] = values[random(values.length)] ?? 0;
      for (const name of rare) facts[name] = random(20) === 0;
      const decision = decide(playbook, facts, { now: detectedAt, detectedAt });
      const { verdict, severity, deadline, rules, outranked } = decision;
      const due = deadline === null ? null : (Date.parse(deadline) - detectedAt.getTime()) / 60_000;
      expect([verdict, severity, due], JSON.stringify(facts)).toEqual(byTheDocument(facts));
      expect(decision.missing).toEqual([]);
      const isTied = (one: (typeof rules)[number]) =>
        rules.some(
          (rule) => rule.rank === one.rank && refining.has(rule.matrix) === refining.has(one.matrix),
        );
      expect(outranked.filter(isTied)).toEqual([]);
      const kind = `${verdict} ${severity}`;
      reached.set(kind, (reached.get(kind) ?? 0) + 1);
    }
    expect([...reached.keys()].toSorted()).toEqual([
      "evaluate P0",
      "evaluate P1",
      "evaluate P2",
      "fix_forward P3",
      "hotfix P1",
      "hotfix P2",
      "monitor P3",
      "rollback P0",
      "rollback P1",
      "rollback P2",
    ]);
  }, 20_000);
});

import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import { severities, type Facts } from "#lib/domain/incident.ts";
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
const offered = (facts: Facts) => ask(facts).procedures.map((one) => one.id);
const items = (id: string) => playbook.checklists.find((one) => one.id === id)?.items ?? [];
const triggerOf = (id: string) => {
  const trigger = playbook.triggers.find((one) => one.id === id);
  if (!trigger) throw new Error(`There is no trigger ${id}.`);
  return trigger;
};

describe("Automatic vs manual rollback", () => {
  it.each([
    ["deployment-validation", "deployment_validation_failed", "roll_back"],
    ["deployment-health", "deployment_health_failed", "roll_back"],
    ["performance", "performance_degraded", "declare"],
    ["cve", "cve_found", "propose"],
    ["automatic-rollback", "automatic_rollback_failed", "propose"],
  ])("%s: %s is answered by %s", (id, fact, action) => {
    const trigger = triggerOf(id);
    expect([trigger.condition, trigger.action]).toEqual([{ fact, is: true }, action]);
  });

  it("rolls only a failed deployment back by itself, and at P1 only", () => {
    const automatic = playbook.triggers.filter((one) => one.action === "roll_back");
    expect(automatic.map((one) => one.severity)).toEqual(["P1", "P1"]);
    for (const isProtected of [true, false]) {
      const rules = severities.map(
        (one) =>
          authorityFor(playbook.authority.rules, one, { name: "x", protected: isProtected })?.automatic,
      );
      expect(rules).toEqual([false, true, false, false]);
    }
  });

  it.each(["deployment_validation_failed", "deployment_health_failed", "automatic_rollback_failed"])(
    "%s leads to a rollback at P1",
    (fact) => {
      expect(ask({ [fact]: true })).toMatchObject({ verdict: "rollback", severity: "P1" });
    },
  );
});

describe("Critical rollback triggers", () => {
  it.each<[string, Facts]>([
    ["CVE discovered in deployed version", { cve_found: true }],
    ["unauthorized access detected", { unauthorized_access: true }],
    ["data leak identified", { data_leaked: true }],
    ["error rate > 10 % for 5+ minutes", { error_rate: 10.1, error_rate_for: 300 }],
    ["P99 latency > 5 seconds", { p99_latency: 5001 }],
    ["memory leak causing OOM errors", { out_of_memory: true }],
    ["database inconsistencies detected", { database_inconsistent: true }],
    ["data loss reported", { data_lost: true }],
    ["audit log violations", { audit_log_violated: true }],
    ["GDPR/HIPAA compliance issues", { privacy_violated: true }],
    ["regulatory requirement breach", { regulation_breached: true }],
  ])("roll back immediately: %s", (_words, facts) => {
    const decision = ask(facts);
    expect(decision).toMatchObject({ verdict: "rollback", severity: "P0" });
    expect(minutes(decision.deadline)).toBe(10);
    expect(decision.procedures.map((one) => one.id)).toEqual(["blue-green", "canary", "rolling", "direct"]);
  });

  it.each<[string, Facts]>([
    ["exactly 10 %", { error_rate: 10, error_rate_for: 6000 }],
    ["exactly 5 seconds", { p99_latency: 5000 }],
  ])("are not met by %s", (_edge, facts) => {
    expect(ask(facts).rules[0]?.id).toBe("not-known-yet");
  });

  it.each<[string, Facts]>([
    ["299 seconds", { error_rate: 50, error_rate_for: 299 }],
    ["nobody knows how long", { error_rate: 50 }],
  ])("are weighed, not just watched, while a failing tenth has lasted: %s", (_edge, facts) => {
    const decision = ask(facts);
    expect(decision).toMatchObject({ verdict: "evaluate", severity: "P1" });
    expect(minutes(decision.deadline)).toBe(10);
    expect(decision.rules[0]?.id).toBe("error-rate-not-yet");
    expect(decision.authority.rollbackAllowed).toBe(true);
    expect(decision.missing.includes("error_rate_for")).toBe(facts["error_rate_for"] === undefined);
  });

  it("do not forbid a rollback while nobody knows whether one is met, and have it decided in 10 minutes", () => {
    const decision = ask({});
    expect(decision).toMatchObject({ verdict: "evaluate", severity: "P2" });
    expect(minutes(decision.deadline)).toBe(10);
    expect(decision.authority).toMatchObject({ rollbackAllowed: true, approvals: 1, automatic: false });
  });

  it("fire at their exact duration", () => {
    const every = (seconds: number) =>
      Array.from({ length: Math.floor(seconds / 60) + 1 }, (_one, at) => ({
        value: 10.1,
        at: new Date(detectedAt.getTime() - Math.min(at * 60, seconds) * 1000),
      }));
    const state = (seconds: number) => readTrigger(triggerOf("error-rate"), every(seconds), detectedAt).state;
    expect(state(300)).toBe("firing");
    expect(state(240)).toBe("holding");
    const p99 = (value: number) =>
      readTrigger(triggerOf("p99-latency"), [{ value, at: detectedAt }], detectedAt).state;
    expect([p99(5001), p99(5000)]).toEqual(["firing", "clear"]);
  });
});

describe("Non-critical rollback triggers", () => {
  const four = ["performance_degraded", "feature_broken", "ux_complaints", "minor_bugs"];

  it.each(four)("%s waits for the maintenance window", (fact) => {
    const outside = ask({ [fact]: true, in_maintenance_window: false });
    expect(outside).toMatchObject({ verdict: "monitor", severity: "P3", deadline: null });
    expect(outside.authority.rollbackAllowed).toBe(false);
    expect(outside.rules[0]?.because).toContain("Schedule the rollback for the maintenance window.");
    const inside = ask({ [fact]: true, in_maintenance_window: true });
    expect(inside).toMatchObject({ verdict: "rollback", severity: "P2", deadline: null });
    expect(inside.authority.rollbackAllowed).toBe(true);
    const unknown = ask({ [fact]: true });
    expect(unknown.verdict).toBe("evaluate");
    expect(unknown.missing).toContain("in_maintenance_window");
    const failing = ask({ [fact]: true, in_maintenance_window: false, error_rate: 50, error_rate_for: 60 });
    expect(failing).toMatchObject({ verdict: "evaluate", severity: "P1" });
  });

  it("do not hold a critical one back", () => {
    const both = { minor_bugs: true, in_maintenance_window: false, data_lost: true };
    expect(ask(both)).toMatchObject({ verdict: "rollback", severity: "P0" });
  });
});

describe("Strategy selection matrix", () => {
  it("is the document's", () => {
    expect(
      playbook.strategies.map(({ deployedBy, procedure, risk, minutes: span }) => [
        deployedBy,
        procedure,
        risk,
        span,
      ]),
    ).toEqual([
      ["direct", "direct", "high", { from: 2, to: 5 }],
      ["rolling", "rolling", "medium", { from: 5, to: 15 }],
      ["blue-green", "blue-green", "low", { from: 0, to: 1 }],
      ["canary", "canary", "low", { from: 1, to: 3 }],
    ]);
  });

  it.each([
    ["direct", "direct"],
    ["rolling", "rolling"],
    ["blue_green", "blue-green"],
    ["canary", "canary"],
  ])("puts the procedure of what was deployed %s first", (deployedBy, procedure) => {
    expect(offered({ cve_found: true, deployed_by: deployedBy })[0]).toBe(procedure);
    const down = { critical_outage: true, all_environments_affected: true, deployed_by: deployedBy };
    expect(offered(down).slice(0, 2)).toEqual(["complete-system", procedure]);
  });
});

describe("Scopes", () => {
  it("reach the traffic where a router of its own switches it", () => {
    const [usual, traffic] = playbook.scopes;
    expect(usual).toMatchObject({ components: ["code"], procedure: null });
    expect(traffic).toMatchObject({ components: ["code", "routing"], procedure: "blue-green" });
  });
});

describe("Complete system rollback", () => {
  it("is for a critical outage of all environments, not for less", () => {
    const outage = { critical_outage: true };
    expect(offered({ ...outage, all_environments_affected: true })[0]).toBe("complete-system");
    expect(offered({ ...outage, all_environments_affected: false })).not.toContain("complete-system");
    expect(ask({ ...outage, all_environments_affected: false })).toMatchObject({
      verdict: "rollback",
      severity: "P0",
    });
    expect(ask({ all_environments_affected: true }).verdict).toBe("evaluate");
  });
});

describe("Rollback checklist", () => {
  it.each([
    ["pre-rollback", ["root-cause", "strategy", "incident-declared"]],
    ["communication", ["stakeholders-told"]],
    ["backup", ["backup-taken"]],
    ["during-rollback", ["procedure-executed", "figures-watched", "pods-watched", "logs-checked"]],
    [
      "post-rollback",
      [
        "health-verified",
        "smoke-tests-run",
        "database-checked",
        "status-page-updated",
        "incident-resolved",
        "post-mortem-scheduled",
      ],
    ],
    [
      "follow-up",
      ["reason-documented", "runbook-updated", "cause-fixed", "fix-tested", "redeployment-planned"],
    ],
  ])("has in %s the items of the document", (id, expected) => {
    const own = items(id).filter((one) => one.source.startsWith("Rollback Checklist, "));
    expect(own.map((one) => one.id)).toEqual(expected);
  });

  it("keeps a rollback from submission until its items are done", () => {
    const before = playbook.checklists.filter((one) => one.gate === "submit").flatMap((one) => one.items);
    expect(before.every((one) => one.required)).toBe(true);
    expect(before.filter((one) => one.overrideRole).map((one) => [one.id, one.overrideRole])).toEqual([
      ["incident-declared", "release_manager"],
      ["schema-fits", "release_manager"],
      ["stakeholders-told", "release_manager"],
    ]);
  });

  it("asks for a backup to restore only in the procedure that restores one", () => {
    const named = playbook.checklists.flatMap((list) => list.items).filter((one) => one.kind === "automatic");
    expect(named.map((one) => one.check)).not.toContain("backup_verified");
    const asking = playbook.procedures.filter((procedure) =>
      procedure.prerequisites.some((one) => typeof one !== "string" && one.check === "backup_verified"),
    );
    expect(asking.map((one) => one.id)).toEqual(["complete-system"]);
  });

  it("demands after the rollback what the document demands, and lets no failed rollback keep an incident open", () => {
    expect(items("post-rollback").every((one) => one.required)).toBe(true);
    const after = playbook.checklists.filter((one) => one.gate === "after").flatMap((one) => one.items);
    const measured = after.filter((one) => one.kind === "automatic" && /_passed$/.test(one.check));
    expect(measured.map((one) => [one.id, one.overrideRole])).toEqual([
      ["procedure-executed", "release_manager"],
      ["pods-healthy", "release_manager"],
      ["figures-good", "release_manager"],
      ["health-verified", "release_manager"],
    ]);
  });
});

describe("Post-rollback verification", () => {
  it("asks for the mandatory checks, and offers the optional ones", () => {
    expect(items("mandatory-checks").map((one) => [one.id, one.required])).toEqual([
      ["pods-healthy", true],
      ["row-counts", true],
      ["no-orphans", true],
      ["figures-good", true],
      ["active-deployments", true],
      ["smoke-tests-pass", true],
    ]);
    expect(items("optional-checks").map((one) => [one.id, one.required])).toEqual([
      ["recent-logs", false],
      ["websockets", false],
      ["approval-workflow", false],
      ["sample-deployment", false],
    ]);
  });

  it("takes less than 1 % of errors and a P95 below 500 ms for good, and neither figure itself", () => {
    const conditions = playbook.validation.flatMap(({ id, by }) =>
      by.kind === "facts" ? [[id, by.when]] : [],
    );
    expect(conditions).toEqual([
      ["error-rate", { fact: "error_rate", below: 1 }],
      ["latency", { fact: "p95_latency", below: 500 }],
    ]);
    const watched = playbook.monitoring.metrics.flatMap(({ within }) => (within ? [within] : []));
    expect(watched.slice(0, 2)).toEqual([
      { fact: "error_rate", below: 1 },
      { fact: "p95_latency", below: 500 },
    ]);
    expect(playbook.monitoring.seconds).toBe(300);
  });
});

describe("Troubleshooting failed rollbacks", () => {
  it.each([
    ["stuck-at-revision", ["code"], 4],
    ["migration-conflict", ["database", "code"], 4],
    ["configuration-persists", ["configuration", "code"], 4],
    ["traffic-not-switching", ["routing", "code"], 4],
  ])("has a remedy for %s, at %j", (id, components, steps) => {
    const remedy = playbook.remedies.find((one) => one.id === id);
    expect(remedy?.components).toEqual(components);
    expect(remedy?.steps).toHaveLength(steps);
    expect(remedy?.safeForms.length).toBeGreaterThan(0);
  });

  it("never forces, deletes, counts backwards or takes a date for a name", () => {
    const commands = playbook.remedies.flatMap((one) => one.steps.map((step) => step.byHand ?? ""));
    for (const command of commands) {
      expect(command).not.toMatch(/--force|delete deployment|yesterday|update --list|rollout restart/);
      expect(command).not.toMatch(/rollout undo (?!.*--to-revision)/);
    }
  });
});

describe("Rollback metrics", () => {
  it("are 5, 10, 15 and 30 minutes", () => {
    expect(playbook.objectives.map(({ clock, seconds }) => [clock, seconds / 60])).toEqual([
      ["detect", 5],
      ["decide", 10],
      ["roll_back", 15],
      ["recover", 30],
    ]);
  });
});

describe("Authority, which the document leaves open", () => {
  it("is one other person in a protected environment, and nobody waits there longer than the decision may take", () => {
    const rule = (severity: "P0" | "P1" | "P2" | "P3", isProtected: boolean) =>
      authorityFor(playbook.authority.rules, severity, { name: "x", protected: isProtected });
    for (const severity of ["P0", "P1", "P2"] as const) {
      expect(rule(severity, true)).toMatchObject({
        approvals: 1,
        fourEyes: true,
        rollbackAllowed: true,
        initiate: "operator",
      });
    }
    expect(rule("P0", true)).toMatchObject({ askNextMinutes: 5, emergencyOfferMinutes: 10 });
    expect(rule("P3", true)).toMatchObject({ rollbackAllowed: false });
    for (const severity of severities) {
      expect(rule(severity, false)).toMatchObject({ approvals: 0, rollbackAllowed: true });
    }
    expect(playbook.authority.emergency.roles).toEqual(["admin"]);
    expect(playbook.authority.emergency.criteria).toHaveLength(5);
  });
});

const P0 = [
  ...["cve_found", "unauthorized_access", "data_leaked", "out_of_memory", "database_inconsistent"],
  ...["data_lost", "audit_log_violated", "privacy_violated", "regulation_breached", "critical_outage"],
];
const P1 = ["deployment_validation_failed", "deployment_health_failed", "automatic_rollback_failed"];
const nonCritical = ["performance_degraded", "feature_broken", "ux_complaints", "minor_bugs"];
const yesOrNo = [...P0, ...P1, ...nonCritical, "all_environments_affected", "in_maintenance_window"];
const figures: Facts[] = [
  { error_rate: 10, error_rate_for: 300, p99_latency: 5000 },
  { error_rate: 10.1, error_rate_for: 299, p99_latency: 5000 },
  { error_rate: 10.1, error_rate_for: 300, p99_latency: 5000 },
  { error_rate: 10, error_rate_for: 300, p99_latency: 5001 },
];

/** The document read once more, without the format in between. */
function byTheDocument(f: Facts): [string, string, number | null] {
  const any = (names: readonly string[]) => names.some((name) => f[name] === true);
  const isUnstable =
    (Number(f["error_rate"]) > 10 && Number(f["error_rate_for"]) >= 300) || Number(f["p99_latency"]) > 5000;
  if (any(P0) || isUnstable) return ["rollback", "P0", 10];
  if (any(P1)) return ["rollback", "P1", 10];
  if (any(nonCritical) && f["in_maintenance_window"] === true) return ["rollback", "P2", null];
  return Number(f["error_rate"]) > 10 ? ["evaluate", "P1", 10] : ["monitor", "P3", null];
}

describe("Every combination of answers", () => {
  const answers = (bits: number): Facts =>
    Object.fromEntries(yesOrNo.map((name, at) => [name, ((bits >> at) & 1) === 1]));
  const all = 2 ** yesOrNo.length;
  /** None, each alone, each pair, and a spread over the rest; each with figures on both sides of every threshold. */
  function* combinations(): Generator<Facts> {
    const some: number[] = [];
    for (let one = 1; one <= all; one *= 2) {
      for (let other = one; other <= all; other *= 2) some.push((one | other) % all);
    }
    for (let bits = 0; bits < all; bits += 1021) some.push(bits);
    for (const bits of some) for (const figure of figures) yield { ...answers(bits), ...figure };
  }

  it("reaches the verdict of the document, by rows that agree or are ranked", () => {
    let count = 0;
    for (const facts of combinations()) {
      const decision = ask(facts);
      const [first] = decision.rules;
      expect([decision.verdict, decision.severity, minutes(decision.deadline)]).toEqual(byTheDocument(facts));
      expect(decision.outranked.every((one) => (one.rank ?? 0) > (first?.rank ?? -1))).toBe(true);
      expect(decision.missing).toEqual(decision.verdict === "rollback" ? ["deployed_by"] : []);
      count += 1;
    }
    expect(count).toBeGreaterThan(2500);
  });
});

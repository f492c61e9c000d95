import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "#lib/domain/decision.ts";
import { severities, type Facts } from "#lib/domain/incident.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";
import { readTrigger } from "#lib/domain/trigger.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const read = (name: string) => fs.readFileSync(path.join(import.meta.dirname, name), "utf8");
const parsed = parsePlaybook(read("playbook.yaml"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

const detectedAt = new Date("2026-01-01T03:00:00Z");
const ask = (facts: Facts) => decide(playbook, facts, { now: detectedAt, detectedAt });
const items = (gate: string) =>
  playbook.checklists.filter((one) => one.gate === gate).flatMap((one) => one.items);
const offered = (facts: Facts) => ask(facts).procedures.map((one) => one.id);

describe("Automatic rollback triggers", () => {
  it.each<[string, string, string, string]>([
    ["agent fails to respond to health probe", "health_failures", "health-probe", "P0"],
    ["response time exceeds SLA threshold", "sla_exceeded", "response-time", "P1"],
    ["error rate exceeds configured limit", "error_limit_exceeded", "error-rate", "P1"],
    ["critical capability unavailable", "capability_lost", "critical-capability", "P0"],
    ["deployment script returns error", "deployment_failed", "deployment-script", "P1"],
    ["timeout exceeded during deployment", "deployment_timed_out", "deployment-timeout", "P1"],
    ["resource creation failure", "resource_creation_failed", "resource-creation", "P1"],
    ["configuration validation failure", "configuration_invalid", "configuration-validation", "P1"],
    ["post-deployment tests fail", "post_deployment_tests_failed", "post-deployment-tests", "P2"],
    ["handoff verification fails", "handoff_failed", "handoff-verification", "P2"],
    ["KB access verification fails", "kb_access_failed", "kb-access-verification", "P2"],
  ])("%s: rolls back, by itself where that is turned on", (_words, fact, id, severity) => {
    const isCount = fact === "health_failures";
    const trigger = playbook.triggers.find((one) => one.id === id);
    if (!trigger) throw new Error("gone");
    expect(trigger).toMatchObject({ action: "roll_back", severity });
    const reading = (value: number | boolean) =>
      readTrigger(trigger, [{ value, at: detectedAt }], detectedAt).state;
    expect(reading(isCount ? 1 : true)).toBe("firing");
    expect(reading(isCount ? 0 : false)).toBe("clear");
    expect(ask({ [fact]: isCount ? 1 : true })).toMatchObject({ verdict: "rollback", severity });
    expect(ask({ [fact]: isCount ? 0 : false }).verdict).toBe("evaluate");
  });

  it("are these eleven; a scan alone proposes", () => {
    const actions = playbook.triggers.map((one) => one.action);
    expect(actions.filter((one) => one === "roll_back")).toHaveLength(11);
    expect(playbook.triggers.filter((one) => one.action !== "roll_back").map((one) => one.id)).toEqual([
      "security-scan",
    ]);
  });

  it("start something by themselves nowhere at P3", () => {
    for (const name of ["development", "staging", "production", "eu"]) {
      for (const isProtected of [true, false]) {
        for (const severity of severities) {
          const rule = authorityFor(playbook.authority.rules, severity, { name, protected: isProtected });
          expect(rule?.automatic).toBe(severity !== "P3");
        }
      }
    }
  });
});

describe("Manual rollback triggers", () => {
  it.each<[string, string, string]>([
    ["explicit rollback command", "rollback_asked", "asked-for"],
    ["security scan identifies vulnerability", "vulnerability_found", "vulnerability"],
    ["audit finding requires remediation", "audit_finding", "finding-to-remedy"],
    ["emergency change request approved", "emergency_change_approved", "emergency-change"],
  ])("%s: rolls back, started by a person", (_words, fact, id) => {
    expect(ask({ [fact]: true })).toMatchObject({ verdict: "rollback", severity: "P2" });
    expect(ask({ [fact]: true }).rules[0]?.id).toBe(id);
  });

  it("takes a rejected deployment for nothing to roll back, unless something really fails", () => {
    const rejected = { deployment_rejected: true };
    const [rule] = ask(rejected).rules;
    expect(rule?.id).toBe("never-deployed");
    expect(ask(rejected)).toMatchObject({ verdict: "monitor", severity: "P3" });
    expect(ask({ ...rejected, health_failures: 1 })).toMatchObject({ verdict: "rollback", severity: "P0" });
    expect(ask({ ...rejected, health_failures: 1 }).outranked.map((one) => one.id)).toEqual([
      "never-deployed",
    ]);
  });

  it.each<[string, boolean, string, number]>([
    ["staging", false, "operator", 0],
    ["staging", true, "operator", 1],
    ["production", true, "release_manager", 1],
    ["production", false, "release_manager", 1],
    ["production-eu", true, "release_manager", 1],
    ["development", false, "operator", 0],
  ])(
    "in %s (protected: %s) are started by %s or above, with %i approvals",
    (name, isProtected, role, count) => {
      for (const severity of severities) {
        const rule = authorityFor(playbook.authority.rules, severity, { name, protected: isProtected });
        expect(rule).toMatchObject({
          initiate: role,
          approvals: count,
          rollbackAllowed: true,
          fourEyes: true,
        });
      }
    },
  );
});

describe("Partial rollback and rollback by platform", () => {
  it.each([
    ["knowledge_base", "knowledge-base-only"],
    ["configuration", "configuration-only"],
    ["one_component", "component-only"],
  ])("a fault in %s leads to %s first", (place, procedure) => {
    expect(offered({ health_failures: 1, platform: "fastapi", fault_in: place })).toEqual([
      procedure,
      "fastapi",
      "any-platform",
    ]);
  });

  it.each([
    ["langchain", ["langchain", "any-platform"]],
    ["fastapi", ["fastapi", "any-platform"]],
    ["copilot_studio", ["copilot-studio", "any-platform"]],
    ["azure_functions", ["azure-functions", "any-platform"]],
    ["another", ["any-platform"]],
  ])("an agent on %s goes back by %j", (platform, procedures) => {
    expect(offered({ health_failures: 1, platform, fault_in: "whole_agent" })).toEqual(procedures);
  });

  it("ask where and on what only once something is to go back", () => {
    expect(ask({ health_failures: 1 }).missing).toEqual(expect.arrayContaining(["fault_in", "platform"]));
    expect(ask({ health_failures: 0 }).missing).not.toContain("platform");
  });

  it("know how each platform deploys", () => {
    expect(playbook.strategies.map((one) => [one.deployedBy, one.procedure])).toEqual([
      ["langchain", "langchain"],
      ["fastapi", "fastapi"],
      ["copilot-studio", "copilot-studio"],
      ["azure-functions", "azure-functions"],
    ]);
  });
});

describe("Rollback constraints", () => {
  it("are 10 minutes to roll back and 2 to be healthy", () => {
    expect(playbook.limits).toEqual({ rollbackSeconds: 600, healthSeconds: 120 });
    expect(playbook.objectives).toMatchObject([{ clock: "roll_back", seconds: 600 }]);
    expect(playbook.remedies.map((one) => one.id)).toEqual(["out-of-time"]);
  });

  it("keep a rollback from submission until version, history and both sides of dependency are seen to", () => {
    const required = (scope: string) =>
      items("submit")
        .filter((one) => one.required && (one.components ?? [scope]).some((name) => name === scope))
        .map((one) => [one.id, one.kind === "automatic" ? one.check : "a person"]);
    expect(required("code")).toEqual([
      ["target-in-history", "target_version_in_history"],
      ["target-known-good", "target_version_known_good"],
      ["target-not-quarantined", "target_version_not_quarantined"],
      ["targets-ready", "targets_ready"],
      ["downstream-compatible", "dependencies_compatible"],
      ["upstream-compatible", "a person"],
      ["coordinated", "a person"],
      ["state-captured", "state_captured"],
      ["reason-justifies", "a person"],
      ["worker-alive", "worker_alive"],
      ["record-verified", "record_verified"],
      ["record-writable", "record_writable"],
      ["stakeholders-know", "a person"],
    ]);
    expect(required("configuration")).toContainEqual([
      "configuration-backup",
      "configuration_backup_present",
    ]);
  });

  it("leave to a release manager only what nobody may know, and a rollback that did not come through", () => {
    const overridable = playbook.checklists.flatMap((one) => one.items).filter((one) => one.overrideRole);
    expect(overridable.map((one) => [one.id, one.overrideRole])).toEqual([
      ["downstream-compatible", "release_manager"],
      ["health-confirmed", "release_manager"],
    ]);
  });
});

describe("Verification and completion", () => {
  it("are the document's four checks and four closing steps", () => {
    const required = items("after").filter((one) => one.required);
    expect(required.map((one) => one.id)).toEqual([
      "health-confirmed",
      "basics-confirmed",
      "telemetry-confirmed",
      "handoffs-confirmed",
      "status-updated",
      "completion-logged",
      "stakeholders-told",
      "versions-tracked",
    ]);
    expect(playbook.validation.map((one) => one.id)).toEqual([
      "healthy",
      "within-limits",
      "basics",
      "telemetry",
      "handoffs",
    ]);
    expect(playbook.monitoring.seconds).toBe(0);
  });
});

describe("Rollback notifications", () => {
  it.each([
    ["requested", ["Stakeholders", "Initiator"]],
    ["started", ["On-call team", "Stakeholders"]],
    ["succeeded", ["Initiator", "On-call team", "Stakeholders"]],
    ["failed", ["Initiator", "On-call team", "Stakeholders", "Admin"]],
  ])("at the moment %s reach %j", (moment, people) => {
    const rules = playbook.notifications.filter((one) => one.moment === moment);
    expect(rules.flatMap((one) => one.to)).toEqual(people);
  });

  it("send every rollback to the SIEM", () => {
    expect(playbook.alerts.find((one) => one.urgency === "record")?.channels).toEqual(["siem"]);
  });
});

describe("Rollback audit", () => {
  it("has the eight required fields, each with what holds it, and keeps them for 365 days", () => {
    expect(playbook.audit?.fields).toHaveLength(8);
    expect(playbook.audit?.retentionDays).toBe(365);
    const held = playbook.constraints.filter((one) => one.source.startsWith("REQUIRED AUDIT FIELDS, "));
    expect(held).toHaveLength(8);
  });
});

describe("Emergency rollback", () => {
  it.each([
    ["critical service outage", "service_outage", "critical-service-outage"],
    ["security incident in progress", "security_incident", "security-incident"],
    ["data integrity at risk", "data_at_risk", "data-at-risk"],
    ["regulatory compliance breach", "compliance_breached", "compliance-breached"],
  ])("%s is a criterion, and P0", (_words, fact, id) => {
    const criterion = playbook.authority.emergency.criteria.find((one) => one.id === id);
    expect(criterion?.when).toEqual({ fact, is: true });
    expect(ask({ [fact]: true })).toMatchObject({ verdict: "rollback", severity: "P0" });
  });

  it("is for an admin, documented and reviewed within 24 hours", () => {
    expect(playbook.authority.emergency).toMatchObject({
      roles: ["admin"],
      onCall: false,
      reviewHours: 24,
      documentationHours: 24,
    });
    expect(playbook.authority.emergency.criteria).toHaveLength(4);
    expect(playbook.postMortem?.dueHours).toBe(24);
    expect(playbook.escalation.map((one) => one.who)).toEqual(["On-call team", "Admin"]);
  });
});

const P0 = ["service_outage", "security_incident", "data_at_risk", "compliance_breached", "capability_lost"];
const P1 = [
  ...["sla_exceeded", "error_limit_exceeded", "deployment_failed", "deployment_timed_out"],
  ...["resource_creation_failed", "configuration_invalid"],
];
const P2 = [
  ...["post_deployment_tests_failed", "handoff_failed", "kb_access_failed", "rollback_asked"],
  ...["vulnerability_found", "audit_finding", "emergency_change_approved"],
];
const yesOrNo = [...P0, ...P1, ...P2, "deployment_rejected"];

/** The document read once more, without the format in between. */
function byTheDocument(f: Facts): [string, string] {
  const any = (names: readonly string[]) => names.some((name) => f[name] === true);
  if (any(P0) || Number(f["health_failures"]) >= 1) return ["rollback", "P0"];
  if (any(P1)) return ["rollback", "P1"];
  if (any(P2)) return ["rollback", "P2"];
  return ["monitor", "P3"];
}

describe("Every combination of answers", () => {
  const answers = (bits: number): Facts => ({
    health_failures: (bits >> yesOrNo.length) & 1,
    ...Object.fromEntries(yesOrNo.map((name, at) => [name, ((bits >> at) & 1) === 1])),
  });
  const all = 2 ** (yesOrNo.length + 1);
  /** None, each alone, each pair, and a spread over the rest. */
  function* combinations(): Generator<Facts> {
    for (let one = 1; one <= all; one *= 2) {
      for (let other = one; other <= all; other *= 2) yield answers((one | other) % all);
    }
    for (let bits = 0; bits < all; bits += 251) yield answers(bits);
  }

  it("reaches the verdict of the document, by rows that agree or are ranked", () => {
    let count = 0;
    for (const facts of combinations()) {
      const decision = ask(facts);
      const [first] = decision.rules;
      expect([decision.verdict, decision.severity]).toEqual(byTheDocument(facts));
      expect(decision.outranked.every((one) => (one.rank ?? 0) > (first?.rank ?? -1))).toBe(true);
      const open = decision.verdict === "rollback" ? ["fault_in", "platform"] : [];
      expect(decision.missing).toEqual(open);
      count += 1;
    }
    expect(count).toBeGreaterThan(4000);
  });
});

import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { itemsFor } from "#lib/domain/checklist.ts";
import { comparisons, evaluate } from "#lib/domain/condition.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import { components } from "#lib/domain/service.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;

describe("Pre-rollback checklist", () => {
  const before = (scope: Parameters<typeof itemsFor>[2]) => itemsFor(playbook.checklists, "submit", scope);
  const isRequired = (id: string) => before(components).find((one) => one.id === id)?.required;

  it("has its four parts before submission", () => {
    expect(playbook.checklists.filter((one) => one.gate === "submit").map((one) => one.source)).toEqual([
      "1. Situation Assessment",
      "2. Communication",
      "3. Backup Current State",
      "4. Identify Rollback Target",
    ]);
  });

  it("demands what the document demands, and leaves open what it leaves open", () => {
    expect(["root-cause-looked-for", "status-page-updated"].map(isRequired)).toEqual([false, false]);
    expect(
      ["scope-determined", "users-estimated", "stakeholders-notified", "deployment-kept", "target-known-good"]
        .concat(["api-logs-exported", "worker-logs-exported", "target-was-stable", "target-schema"])
        .every(isRequired),
    ).toBe(true);
  });

  it("leaves to a release manager what a check cannot know: a schema that bears both versions", () => {
    const overridable = playbook.checklists.flatMap((one) => one.items).filter((one) => one.overrideRole);
    expect(overridable.map((one) => [one.id, one.overrideRole])).toEqual([
      ["target-schema", "release_manager"],
      ["verified", "release_manager"],
      ["watched", "release_manager"],
    ]);
  });

  it("has a person look for the backup before a downgrade, and at the schema before an emergency", () => {
    const checks = (id: string) =>
      playbook.procedures
        .find((one) => one.id === id)
        ?.prerequisites.map((one) => (typeof one === "string" ? undefined : one.check));
    expect(checks("migration-downgrade")).toEqual([undefined, undefined, undefined]);
    expect(checks("emergency-full-rollback")).toEqual([undefined]);
    expect(checks("migration-restore")?.slice(0, 2)).toEqual(["database_backup_present", "backup_verified"]);
    expect(checks("code-compose")).toEqual(["schema_compatible"]);
  });

  it("has a backup read where one is restored, and not before a downgrade that restores none", () => {
    expect(before(["code", "database"]).map((one) => one.id)).not.toContain("database-backup-readable");
    const restoring = playbook.procedures.filter((procedure) =>
      procedure.prerequisites.some((one) => typeof one !== "string" && one.check === "backup_verified"),
    );
    expect(restoring.map((one) => one.id)).toEqual(["migration-restore", "point-in-time"]);
  });

  it("asks for the database's backups only where the database is in scope", () => {
    const ids = (scope: Parameters<typeof itemsFor>[2]) => before(scope).map((one) => one.id);
    const own = ["database-backup", "database-snapshot"];
    expect(ids(["code"]).filter((id) => own.includes(id))).toEqual([]);
    expect(ids(["code", "database"]).filter((id) => own.includes(id))).toEqual(own);
    expect(ids(["code"])).not.toContain("configuration-kept");
  });
});

describe("After the rollback", () => {
  it.each<[string, FactValue, FactValue]>([
    ["few-errors", 4, 5],
    ["fast-again", 199, 200],
    ["api-healthy", false, true],
    ["tasks-processed", false, true],
  ])("the point %s holds at %s and not at %s", (id, good, bad) => {
    const by = playbook.validation.find((one) => one.id === id)?.by;
    if (by?.kind !== "facts") throw new Error("not measured");
    const { when } = by;
    const fact = comparisons(when)[0]?.fact ?? "";
    const isMet = (value: FactValue) =>
      evaluate(when, { facts: { [fact]: value }, heldFor: () => ({ seconds: 0 }) }).state;
    expect([isMet(good), isMet(bad)]).toEqual(["yes", "no"]);
  });

  it("has the six points of the document, the last in its four parts", () => {
    const points = playbook.validation.map((one) => one.source.replace(/^[^,]*, /, ""));
    expect(points).toEqual([
      "Services running",
      "Health checks, API",
      "Health checks, Metrics",
      "Health checks, Worker",
      "Database connectivity",
      "Error rate normal",
      "Performance baseline",
      "Critical functionality, Authentication",
      "Critical functionality, Agent execution",
      "Critical functionality, Webhooks",
      "Critical functionality, Background tasks",
    ]);
  });

  it("is watched for an hour, within the document's limits", () => {
    expect(playbook.monitoring.seconds).toBe(3600);
    expect(playbook.monitoring.metrics.map((one) => one.within)).toEqual([
      { fact: "error_rate", below: 1 },
      { fact: "p95_latency", below: 500 },
      { fact: "p99_latency", below: 1000 },
      { fact: "memory_growing", is: false },
      { fact: "connections_exhausted", is: false },
      { fact: "queue_growing", is: false },
    ]);
  });

  it("has its evidence, timeline and root cause within the hour, and five things to consider", () => {
    const items = (id: string) => playbook.checklists.find((one) => one.id === id)?.items ?? [];
    expect(playbook.checklists.find((one) => one.id === "within-the-hour")?.title).toMatch(/^Within 1 hour/);
    expect(items("within-the-hour")).toHaveLength(2 + 5 + 4);
    expect(items("within-the-hour").every((one) => one.required)).toBe(true);
    expect(items("improvements")).toHaveLength(5);
    expect(items("improvements").some((one) => one.required)).toBe(false);
  });

  it("is discussed within 24 hours", () => {
    expect(playbook.postMortem).toMatchObject({
      dueHours: 24,
      attendees: ["Engineering team", "On-call engineer", "Engineering lead"],
    });
    expect(playbook.postMortem?.agenda).toHaveLength(5);
    expect(playbook.postMortem?.sections).toHaveLength(4);
  });

  it("has three remedies, four contacts and two templates", () => {
    expect(playbook.remedies.map((one) => one.id)).toEqual([
      "downgrade-violates-constraint",
      "services-do-not-start",
      "restore-fails",
    ]);
    expect(playbook.contacts.map((one) => one.availability)).toEqual([
      "24/7",
      "Business hours",
      "Business hours",
      "Business hours",
    ]);
    expect(playbook.templates.map((one) => one.moment)).toEqual(["started", "succeeded"]);
  });
});

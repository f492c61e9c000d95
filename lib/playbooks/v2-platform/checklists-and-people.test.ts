import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { itemsFor } from "#lib/domain/checklist.ts";
import { severities } from "#lib/domain/incident.ts";
import { authorityFor } from "#lib/domain/playbook-authority.ts";
import { placeholdersOf } from "#lib/domain/playbook-template.ts";
import { readTrigger } from "#lib/domain/trigger.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const parsed = parsePlaybook(fs.readFileSync(path.join(import.meta.dirname, "playbook.yaml"), "utf8"));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
const { playbook } = parsed;
const list = (id: string) => playbook.checklists.find((one) => one.id === id);
/** The rows of the document that a list carries, without those that Lastgood adds. */
const rows = (id: string, section: string) =>
  (list(id)?.items ?? []).flatMap(({ source }) =>
    source.startsWith(`${section}, `) ? [source.slice(section.length + 2)] : [],
  );

describe("Pre-rollback checklist", () => {
  const readiness = "Pre-Rollback Checklist, 1. Verify Rollback Readiness (2 minutes)";
  const talk = "Pre-Rollback Checklist, 2. Communication (1 minute)";

  it("asks for readiness within 2 minutes, before submission", () => {
    expect(list("readiness")).toMatchObject({ minutes: 2, gate: "submit" });
    expect([...new Set(rows("readiness", readiness))]).toEqual([
      "Deployment lead approval",
      "Stakeholders notified",
      "List recent backups",
      "Verify backup integrity",
      "Identify rollback scope",
      "Capture current state",
      "Capture error logs",
    ]);
  });

  it("asks for communication within 1 minute, before the start and beside the approval", () => {
    expect(list("communication")).toMatchObject({ minutes: 1, gate: "execute" });
    expect(rows("communication", talk)).toEqual([
      "Update status page",
      "Post in #incident-response",
      "Email to engineering",
      "Update PagerDuty incident",
      "Set maintenance mode",
    ]);
    expect(list("communication")?.items.every((one) => one.required)).toBe(true);
  });

  it.each<[string, Parameters<typeof itemsFor>[2], boolean]>([
    ["backup-verified", ["code"], false],
    ["backup-verified", ["database", "code"], true],
    ["database-backup-present", ["database"], true],
    ["configuration-backup-present", ["configuration"], true],
    ["configuration-backup-present", ["ui"], false],
    ["schema-compatible", ["code"], true],
    ["error-logs-captured", ["ui"], true],
  ])("has %s for %j: %s", (id, scope, isThere) => {
    const ids = itemsFor(playbook.checklists, "submit", scope).map((one) => one.id);
    expect(ids.includes(id)).toBe(isThere);
  });

  it("keeps no emergency from submission where nobody is there to approve", () => {
    expect(list("readiness")?.items.find((one) => one.id === "approver-available")?.required).toBe(false);
  });

  it("lets a release manager close an incident whose rollback did not come through", () => {
    const after = itemsFor(playbook.checklists, "after", ["code"]).filter((one) => one.kind === "automatic");
    expect(after.map((one) => [one.id, one.overrideRole])).toEqual([
      ["verification-passed", "release_manager"],
      ["monitoring-passed", "release_manager"],
    ]);
  });

  it("offers the five scopes, the database never without stopping the code", () => {
    expect(playbook.scopes.map((one) => [one.kind, one.procedure, one.components])).toEqual([
      ["complete", "complete-platform", ["code", "routing"]],
      ["service", "single-service", ["code"]],
      ["database", "database-restore", ["database", "code", "routing"]],
      ["configuration", null, ["configuration"]],
      ["ui", "ui-version", ["ui"]],
    ]);
  });
});

describe("Authority", () => {
  const rule = (severity: (typeof severities)[number], isProtected: boolean) =>
    authorityFor(playbook.authority.rules, severity, { name: "x", protected: isProtected });

  it.each(["P0", "P1", "P2"] as const)(
    "has the deployment lead approve at %s, never the initiator",
    (one) => {
      expect(rule(one, true)).toMatchObject({
        approvals: 1,
        roles: ["release_manager", "admin"],
        fourEyes: true,
        rollbackAllowed: true,
        automatic: false,
      });
    },
  );

  it("asks the next one after the time of the horizon, and offers the emergency at P0 alone", () => {
    expect(
      severities.map((one) => [rule(one, true)?.askNextMinutes, rule(one, true)?.emergencyOfferMinutes]),
    ).toEqual([
      [5, 5],
      [15, null],
      [30, null],
      [null, null],
    ]);
  });

  it("rolls nothing back that is only watched; asks for nobody in staging", () => {
    expect(rule("P3", true)?.rollbackAllowed).toBe(false);
    for (const one of severities) {
      expect(rule(one, false)).toMatchObject({ approvals: 0, rollbackAllowed: true });
    }
  });
});

describe("Triggers", () => {
  it("stand at the thresholds of the horizons, propose the immediate ones and declare the others", () => {
    expect(playbook.triggers.map(({ condition, action, severity }) => [condition, action, severity])).toEqual(
      [
        [{ fact: "error_rate", above: 5 }, "propose", "P0"],
        [{ fact: "response_time", above: 5000 }, "propose", "P0"],
        [{ fact: "slowdown", above: 10 }, "propose", "P0"],
        [{ fact: "critical_services_down", atLeast: 2 }, "propose", "P0"],
        [{ fact: "replication_broken", is: true }, "propose", "P0"],
        [{ fact: "error_rate", atLeast: 1, atMost: 5 }, "declare", "P2"],
        [{ fact: "slowdown", atLeast: 2, atMost: 10 }, "declare", "P2"],
      ],
    );
  });

  it("takes an error rate for sustained at the third observation in a row", () => {
    const trigger = playbook.triggers.find((one) => one.id === "error-rate-critical");
    if (!trigger) throw new Error("There is no such trigger.");
    const now = new Date("2026-01-01T03:00:00Z");
    const seen = (...values: number[]) =>
      readTrigger(
        trigger,
        values.map((value, at) => ({
          value,
          at: new Date(now.getTime() - 30_000 * (values.length - 1 - at)),
        })),
        now,
      ).state;
    expect(seen(5.1, 5.1)).toBe("holding");
    expect(seen(5.1, 5.1, 5.1)).toBe("firing");
    expect(seen(5.1, 5.1, 5)).toBe("clear");
  });
});

describe("Post-rollback procedures", () => {
  it("verify for 5 minutes, watch for 30 and tell people for 10, after the rollback", () => {
    const after = playbook.checklists.filter((one) => one.gate === "after" && one.minutes !== undefined);
    expect(after.map((one) => [one.id, one.minutes])).toEqual([
      ["immediate-verification", 5],
      ["watching", 30],
      ["closing-communication", 10],
    ]);
    expect(rows("closing-communication", "Post-Rollback Procedures, 3. Communication (10 min)")).toHaveLength(
      7,
    );
    expect(
      list("closing-communication")
        ?.items.filter((one) => !one.required)
        .map((one) => one.id),
    ).toEqual(["public-post-mortem-considered"]);
  });

  it("watch for 30 minutes: below 0.1 % of errors, below 500 ms at the 95th percentile, user reports", () => {
    expect(playbook.monitoring.seconds).toBe(1800);
    expect(playbook.monitoring.metrics.map(({ id, within }) => [id, within])).toEqual([
      ["error-rate", { fact: "error_rate", below: 0.1 }],
      ["response-time", { fact: "response_time", below: 500 }],
      ["user-reports", undefined],
    ]);
    expect(rows("watching", "Post-Rollback Procedures, 2. Monitoring (30 min)")).toEqual([
      "Check #support channel",
      "Review support tickets",
      "Monitor social media",
    ]);
  });

  it("write a post-mortem with the document's sections and action items", () => {
    expect(playbook.postMortem?.sections.map((one) => one.split(":")[0])).toEqual([
      "Summary",
      "Timeline",
      "Impact",
      "Root cause",
      "Action items",
    ]);
    const items = rows("post-mortem", "Post-Rollback Procedures, 4. Post-Mortem Preparation");
    expect(items.slice(4)).toEqual([
      "Fix underlying issue",
      "Update deployment checklist",
      "Improve testing coverage",
      "Update monitoring alerts",
      "Review rollback procedures",
    ]);
  });

  it("report lost data only where the database went back", () => {
    const ids = (scope: Parameters<typeof itemsFor>[2]) =>
      itemsFor(playbook.checklists, "after", scope).filter((one) => one.checklist === "after-data-loss");
    expect(ids(["code"])).toEqual([]);
    expect(ids(["database"])).toHaveLength(7);
    const report = playbook.templates.find((one) => one.id === "data-loss-report");
    expect(placeholdersOf(report?.body ?? "")).toEqual(
      expect.arrayContaining(["backup", "from", "to", "agents", "tasks", "sessions"]),
    );
  });
});

describe("Rollback testing", () => {
  it("is a drill in staging every month, in five steps, with nine things to see", () => {
    expect(playbook.drill).toMatchObject({ everyDays: 31, environment: "staging" });
    expect(list("drill-run")?.items).toHaveLength(5);
    expect(list("drill-verification")?.items).toHaveLength(9);
    expect(itemsFor(playbook.checklists, "drill", ["code"]).every((one) => one.required)).toBe(true);
  });
});

describe("Troubleshooting", () => {
  it.each([
    ["services-do-not-start", "code", ["docker system prune -a", "sudo systemctl restart docker"]],
    ["database-restore-hangs", "database", ["pg_terminate_backend(pid) for every", "restore.sh"]],
    ["configuration-not-applied", "configuration", ["docker-compose.app.yml restart"]],
  ])("%s helps where %s failed, in a safe form", (id, component, written) => {
    const remedy = playbook.remedies.find((one) => one.id === id);
    expect(remedy?.components).toEqual([component]);
    expect(remedy?.safeForms).toHaveLength(written.length);
    for (const [at, words] of written.entries()) {
      expect(remedy?.safeForms[at]?.written).toContain(words);
    }
  });
});

describe("People", () => {
  it("escalates in three levels, within 5, 15 and 30 minutes", () => {
    expect(playbook.escalation.map(({ level, who, respondMinutes }) => [level, who, respondMinutes])).toEqual(
      [
        [1, "On-call engineer", 5],
        [2, "Team lead", 15],
        [3, "CTO", 30],
      ],
    );
  });

  it("knows the emergency contact and the external support", () => {
    expect(playbook.contacts.map((one) => one.reach.split(",")[0])).toEqual([
      ...["oncall@example.com", "+1-xxx-xxx-xxxx"],
      ...["support.aws.com", "support.postgresql.org", "support.cloudflare.com"],
    ]);
  });

  it("decides within 5, 15 and 30 minutes", () => {
    const decide = playbook.objectives.filter((one) => one.clock === "decide");
    expect(decide.map((one) => [one.severities, one.seconds])).toEqual([
      [["P0"], 300],
      [["P1"], 900],
      [["P2"], 1800],
    ]);
  });

  it("tells the same people at the start and at the end", () => {
    const to = (id: string) => playbook.notifications.find((one) => one.id === id)?.to;
    expect(to("rollback-started")).toEqual(to("rollback-done"));
    expect(to("rollback-started")).toEqual(
      expect.arrayContaining(["#incident-response", "engineering@example.com", "PagerDuty"]),
    );
  });
});

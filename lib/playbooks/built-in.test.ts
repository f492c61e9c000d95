import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { coverageMarkdown, coverageOf } from "#lib/domain/playbook-coverage.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

/** The headings of each document, as far as they hold a rule. */
const headings: Record<string, string[]> = {
  "mvp-blue-green": [
    "Quick Reference",
    "Detailed Rollback Procedures, 1. Automated Rollback",
    "Detailed Rollback Procedures, 2. Manual Rollback",
    "Emergency Procedures, Critical Issues",
    "Emergency Procedures, Performance Issues",
    "Emergency Procedures, Customer Impact",
    "Rollback Validation Checklist, Health Check",
    "Rollback Validation Checklist, Environment Switch",
    "Rollback Validation Checklist, Version Verification",
    "Rollback Validation Checklist, Core Functionality",
    "Rollback Validation Checklist, Performance",
    "Rollback Validation Checklist, Error Rate",
    "Rollback Validation Checklist, Monitoring",
    "Rollback Scenarios, Scenario 1: Database Migration Failure",
    "Rollback Scenarios, Scenario 2: API Breaking Changes",
    "Rollback Scenarios, Scenario 3: Performance Degradation",
    "Post-Rollback Procedures, 1. Document Incident",
    "Post-Rollback Procedures, 2. Investigate Root Cause",
    "Post-Rollback Procedures, 3. Update Deployment Process",
    "Post-Rollback Procedures, 4. Communicate Status",
    "Rollback Triggers, Health Check Failures",
    "Rollback Triggers, Error Rate",
    "Rollback Triggers, Response Time",
    "Rollback Triggers, Memory Usage",
    "Rollback Triggers, CPU Usage",
    "Alert Channels",
    "Metrics to Monitor",
    "Recovery Time Objectives",
    "Communication Templates, Rollback Notification",
    "Communication Templates, Post-Rollback Summary",
  ],
};

const built = await builtInPlaybooks();

describe.each(built)("The built-in playbook $id", ({ id, source }) => {
  const parsed = parsePlaybook(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const { playbook } = parsed;

  it("stands in the folder of its id", () => {
    expect(playbook.id).toBe(id);
  });

  it("carries every heading of its document", () => {
    const sections = coverageOf(playbook).map((one) => one.section);
    const missing = (headings[id] ?? ["the list of headings"]).filter(
      (heading) => !sections.some((section) => section.startsWith(heading)),
    );
    expect(missing).toEqual([]);
  });

  it("has a current coverage page; if not, run node bin/generate/playbook-coverage.ts", () => {
    const page = path.resolve(import.meta.dirname, "..", "..", "docs", "playbooks", `${id}.md`);
    expect(fs.readFileSync(page, "utf8")).toBe(coverageMarkdown(playbook));
  });
});

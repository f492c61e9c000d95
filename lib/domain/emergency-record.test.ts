import { expect, it } from "vitest";
import { emergencyRecord } from "#lib/domain/emergency-record.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import { finishedEvents, finishedRollback, resolvedIncident } from "#lib/domain/report.fixture.ts";
import { rollbackReport } from "#lib/domain/report.ts";

const text = "checkout fails";
const events = finishedEvents(text);
const rollback = { ...finishedRollback(text), emergency: { criterion: "service-outage" } };
const report = rollbackReport({ rollback, incident: resolvedIncident(text), events, playbook: null });
const invoked: StreamEvent = {
  seq: 99,
  type: "emergency.invoked",
  at: "2026-01-01T03:02:00.000Z",
  actor: { kind: "user", id: "usr_Ada", name: "Ada" },
  data: { criterion: "service-outage", reason: "Nobody can pay.", skippedApprovers: ["Rita", "Sam"] },
};

it("The documentation of an emergency begins with what is recorded", () => {
  const record = emergencyRecord(report, [...events, invoked]);
  for (const part of [
    "from 1.1.0 to 1.0.0",
    "service outage",
    "Reason given: Nobody can pay.",
    "Invoked by Ada at 2026-01-01 03:02:00",
    "Told of it: Rita, Sam.",
    "after 1 min 30 s: succeeded",
    "Errors: checkout fails",
    "Afterwards 0 of 1 hold, 1 not known.",
    "What customers noticed: ",
  ])
    expect(record).toContain(part);
});

it("The documentation says what is not known instead of leaving it out", () => {
  const record = emergencyRecord({ ...report, startedAt: null, endedAt: null, errors: [] }, events);
  expect(record).toContain("It was not invoked yet.");
  expect(record).toContain("Not started.");
  expect(record).toContain("Not ended yet.");
  expect(record).toContain("Errors: none.");
});

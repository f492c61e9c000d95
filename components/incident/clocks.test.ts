import { describe, expect, it } from "vitest";
import { incidentClocks } from "#components/incident/clocks.ts";

const incident = {
  severity: "P1",
  detectedAt: "2026-01-01T03:00:00.000Z",
  acknowledgedAt: "2026-01-01T03:01:00.000Z",
  decidedAt: null,
  recoveredAt: null,
  rollbacks: [],
} as const;
const objectives = [
  { id: "r", title: "Recover", clock: "recover", severities: ["P1"], seconds: 300, source: "" },
  { id: "x", title: "Recover", clock: "recover", severities: ["P3"], seconds: 1800, source: "" },
] as const;
const read = (more = {}) =>
  Object.fromEntries(
    incidentClocks(
      { ...incident, ...more },
      objectives.map((one) => ({ ...one, severities: [...one.severities] })),
    ).map((clock) => [clock.key, clock]),
  );

describe("the clocks of an incident as they run", () => {
  it("has one that runs to the decision and one to the recovery, against the severity's own target", () => {
    const clocks = read();
    expect(clocks["detect"]).toMatchObject({ finishedAt: incident.acknowledgedAt });
    expect(clocks["decide"]).toMatchObject({ startedAt: incident.acknowledgedAt, finishedAt: null });
    expect(clocks["roll_back"]).toMatchObject({ startedAt: null });
    expect(clocks["recover"]).toMatchObject({ targetSeconds: 300, finishedAt: null });
  });
  it("says not known, rather than running, of a clock that nobody stopped", () => {
    expect(read({ recoveredAt: "2026-01-01T03:09:00.000Z" })["decide"]).toMatchObject({ isUnknown: true });
  });
  it("leaves drills out", () => {
    const drill = { startedAt: "2026-01-01T03:02:00.000Z", endedAt: null, outcome: null, drill: true };
    expect(read({ rollbacks: [drill] })["roll_back"]).toMatchObject({ startedAt: null });
  });
});

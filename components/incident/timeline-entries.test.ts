import { describe, expect, it } from "vitest";
import { timelineEntries } from "#components/incident/timeline-entries.ts";
import type { StreamEvent } from "#lib/domain/event.ts";

const person = { kind: "user", id: "usr_1", name: "Kim" } as const;
const machine = { kind: "system", id: "worker", name: "Lastgood worker" } as const;
const events: StreamEvent[] = [
  {
    seq: 1,
    type: "incident.declared",
    at: "2026-01-01T03:00:00.000Z",
    actor: person,
    data: { title: "Down", severity: "P1" },
  },
  { seq: 2, type: "step.started", at: "2026-01-01T03:01:00.000Z", actor: machine, data: { title: "Switch" } },
  {
    seq: 3,
    type: "step.finished",
    at: "2026-01-01T03:02:00.000Z",
    actor: machine,
    data: { title: "Switch" },
  },
  {
    seq: 4,
    type: "incident.noted",
    at: "2026-01-01T03:05:00.000Z",
    actor: person,
    data: { text: "Phones rang.", happenedAt: "2026-01-01T04:01:30+01:00" },
  },
  {
    seq: 5,
    type: "incident.noted",
    at: "2026-01-01T03:06:00.000Z",
    actor: person,
    data: { text: "At 02:58 already.", corrects: 1 },
  },
];
const all = { who: "all", withDetails: false } as const;

describe("the timeline", () => {
  it("is newest first, with notes where they happened and without the machine's small steps", () => {
    expect(timelineEntries(events, all).map((entry) => entry.seq)).toEqual([3, 4, 1]);
    expect(timelineEntries(events, { ...all, withDetails: true }).map((entry) => entry.seq)).toEqual([
      3, 4, 2, 1,
    ]);
  });
  it("shows people or the machine alone", () => {
    expect(timelineEntries(events, { ...all, who: "people" }).map((entry) => entry.seq)).toEqual([4, 1]);
    expect(timelineEntries(events, { ...all, who: "machine" }).map((entry) => entry.seq)).toEqual([3]);
  });
  it("keeps what was written and puts its correction beneath it", () => {
    const declared = timelineEntries(events, all).find((entry) => entry.seq === 1);
    expect(declared?.text).toContain("Down");
    expect(declared?.corrections).toEqual([
      { text: "At 02:58 already.", by: "Kim", at: "2026-01-01T03:06:00.000Z" },
    ]);
  });
  it("says when a note about an earlier moment was written", () => {
    expect(timelineEntries(events, all).find((entry) => entry.seq === 4)?.writtenAt).toBe(
      "2026-01-01T03:05:00.000Z",
    );
  });
});

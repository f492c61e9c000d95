import { describe, expect, it } from "vitest";
import { mergeEvents } from "#components/live/merge-events.ts";
import type { StreamEvent } from "#lib/domain/event.ts";

const event = (seq: number): StreamEvent => ({
  seq,
  type: "step.output",
  at: "2026-01-01T00:00:00.000Z",
  actor: { kind: "system", id: "worker", name: "Lastgood worker" },
  data: {},
});
const events = (...seqs: number[]): StreamEvent[] => seqs.map(event);

describe("merging events by their sequence number", () => {
  it("adds what follows, whatever order it came in, and drops repeats", () => {
    const { held, isGap } = mergeEvents({ events: events(1, 2), lastSeq: 2 }, events(4, 2, 3, 3));
    expect(held.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect([held.lastSeq, isGap]).toEqual([4, false]);
  });
  it("stops before a gap and says so", () => {
    const { held, isGap } = mergeEvents({ events: events(1), lastSeq: 1 }, events(2, 4, 5));
    expect([held.lastSeq, isGap]).toEqual([2, true]);
  });
  it("keeps the same value when nothing is new, so that nothing is drawn again", () => {
    const held = { events: events(1), lastSeq: 1 };
    expect(mergeEvents(held, events(1)).held).toBe(held);
  });
});

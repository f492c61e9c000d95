import { describe, expect, it } from "vitest";
import { eventSentence } from "#lib/domain/event-sentence.ts";
import { eventTypes } from "#lib/domain/event.ts";

describe("an event as a sentence", () => {
  it.each(eventTypes)("has a plain sentence for %s, even when its data say nothing", (type) => {
    const { text } = eventSentence({ type, data: type === "incident.noted" ? { text: "Seen." } : {} });
    expect(text).toMatch(/^[A-Z“]/);
    expect(text).not.toMatch(/undefined|null|\[object|[a-z]\.[a-z]|_/);
  });
  it("tells what a person said beneath what they did", () => {
    const data = {
      title: "Switch to blue",
      action: "mark_done",
      reason: "Seen by hand",
      evidence: "blue serves",
    };
    expect(eventSentence({ type: "step.decided_by_person", data })).toEqual({
      text: "Marked “Switch to blue” done",
      detail: "Seen by hand\nblue serves",
    });
  });
  it("tells an overridden verdict together with what the playbook said", () => {
    const data = { verdict: "fix_forward", override: "rollback", severity: "P1", reason: "No fix in sight." };
    expect(eventSentence({ type: "incident.decided", data })).toEqual({
      text: "Decided: rollback, severity P1",
      detail: "The playbook said “fix forward”. No fix in sight.",
    });
  });
  it("names what changed, whether a person or the machine changed it", () => {
    expect(eventSentence({ type: "incident.changed", data: { changes: { state: "monitoring" } } }).text).toBe(
      "Changed the incident: state is now monitoring",
    );
    expect(eventSentence({ type: "incident.changed", data: { severity: "P0", state: null } }).text).toBe(
      "Changed the incident: severity is now P0",
    );
  });
});

import { describe, expect, it } from "vitest";
import { fromLocalText, localText } from "#components/wizard/local-time.ts";

describe("the time in a field", () => {
  it("stands in the zone of whoever looks", () => {
    expect(localText(Date.parse("2026-03-02T03:40:59Z"), "Europe/Madrid")).toBe("2026-03-02T04:40");
    expect(localText(Date.parse("2026-03-02T03:40:59Z"), "UTC")).toBe("2026-03-02T03:40");
  });
  it("is read back to the same minute", () => {
    const at = Date.parse("2026-03-02T03:40:00Z");
    expect(fromLocalText(localText(at))).toBe(at);
  });
  it.each(["", "2026-03-02", "soon"])("is not known while it is incomplete: %j", (text) => {
    expect(fromLocalText(text)).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { Checklist, isGateOpen, ItemGate, itemsFor, openRequired } from "#lib/domain/checklist.ts";
import { rollbackStates } from "#lib/domain/rollback.ts";

const item = { kind: "manual", required: true, advice: "Do it.", source: "S" } as const;
const list = (id: string, gate: Checklist["gate"], ...items: object[]) =>
  Checklist.parse({ id, title: id, about: "readiness", gate, source: "S", items });

describe("A checklist", () => {
  const lists = [
    list(
      "one",
      "submit",
      { ...item, id: "a", title: "A" },
      { ...item, id: "b", title: "B", components: ["database"] },
    ),
    list("two", "after", { ...item, id: "c", title: "C" }),
    list("three", "submit", { ...item, id: "d", title: "D" }),
  ];

  it("has the items of its gate and scope, numbered in order", () => {
    expect(itemsFor(lists, "submit", ["code"]).map((one) => [one.id, one.position])).toEqual([
      ["a", 0],
      ["d", 1],
    ]);
    expect(itemsFor(lists, "submit", ["code", "database"]).map((one) => one.id)).toEqual(["a", "b", "d"]);
    expect(itemsFor(lists, "execute", ["code"])).toEqual([]);
  });

  it("is open while a required item is neither done nor overridden", () => {
    const states = ["open", "done", "failed", "overridden"].map((state) => ({ state, required: true }));
    expect(openRequired([...states, { state: "open", required: false }]).map((one) => one.state)).toEqual([
      "open",
      "failed",
    ]);
  });

  it("can be changed at its own gate, and nowhere else", () => {
    const open = (gate: ItemGate, startedAt: string | null) =>
      rollbackStates.filter((state) => isGateOpen(gate, { state, startedAt }));
    expect(open("submit", null)).toEqual(["draft"]);
    expect(open("execute", null)).toEqual(["draft", "awaiting_approval", "approved"]);
    expect(open("after", null)).toEqual([]);
    const ended = ["succeeded", "failed", "partial", "rejected", "cancelled", "expired"];
    expect(open("after", "2026-01-01T03:00:00Z")).toEqual(ended);
    expect(open("validation", "2026-01-01T03:00:00Z")).toEqual(["monitoring", ...ended]);
    expect(open("validation", null)).toEqual([]);
    expect(open("drill", null)).toEqual([...rollbackStates]);
  });
});

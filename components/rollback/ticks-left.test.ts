import { expect, it } from "vitest";
import { ticksLeft } from "#components/rollback/ticks-left.ts";

const item = { gate: "execute", kind: "manual", required: true, state: "open" } as const;

it("What people must tick before the execution keeps it from starting, and is counted", () => {
  expect(ticksLeft([item])).toBe("One item of the checklist above has to be ticked first");
  expect(ticksLeft([item, { ...item, state: "failed" }])).toBe(
    "2 items of the checklist above have to be ticked first",
  );
});

it("Nothing else does: what is settled, not required, of another moment, or looked at by the machine anyway", () => {
  expect(
    ticksLeft([
      { ...item, state: "done" },
      { ...item, state: "overridden" },
      { ...item, required: false },
      { ...item, gate: "submit" },
      { ...item, kind: "automatic", state: "failed" },
    ]),
  ).toBeNull();
});

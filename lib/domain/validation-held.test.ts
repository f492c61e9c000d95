import { expect, it } from "vitest";
import { heldOf } from "#lib/domain/validation-held.ts";

const points = (...states: ("open" | "done" | "failed" | "overridden")[]) =>
  states.map((state) => ({ state }));

it("Points hold when they were seen to; what is not known does not count and is said", () => {
  expect(heldOf(points("done", "done"))).toEqual({ held: 2, total: 2, sentence: "2 of 2 hold" });
  expect(heldOf(points("done", "failed", "open")).sentence).toBe("1 of 3 holds, 1 not known");
  expect(heldOf(points("open")).sentence).toBe("0 of 1 hold, 1 not known");
});

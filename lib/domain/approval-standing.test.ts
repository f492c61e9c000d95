import { describe, expect, it } from "vitest";
import type { Capacity, Circle } from "#lib/domain/approval-capacity.ts";
import { lostBy, standingOf, type GivenApproval } from "#lib/domain/approval-standing.ts";
import type { Role } from "#lib/domain/role.ts";

const managers: Circle[] = [{ roles: ["release_manager", "admin"], onCall: true }];
const until = "2026-11-21T08:00:00.000Z";

type Made = { by?: string; role?: Role | null; isRevoked?: boolean; lender?: Role | null; of?: string };

function given(kind: Capacity["kind"], made: Made = {}): GivenApproval {
  const { by = "Bo", role = "operator", isRevoked = false, lender = "admin", of = "Ada" } = made;
  const capacity: Capacity =
    kind === "role"
      ? { kind, role: "release_manager" }
      : kind === "on_call"
        ? { kind, role: "operator", id: "shift", until }
        : { kind, role: "release_manager", id: "loan", until, lender: { id: of, name: of } };
  return {
    by: { id: by, name: by, role },
    capacity,
    isRevoked,
    lender: kind === "delegation" ? { id: of, name: of, role: lender } : null,
  };
}

describe("an approval", () => {
  it.each([
    ["by a role that is still held", given("role", { role: "release_manager" })],
    ["by a higher role than before", given("role", { role: "admin" })],
    ["on call, however long the shift is over", given("on_call")],
    ["in the stead of somebody who still holds the role", given("delegation", { lender: "release_manager" })],
  ])("stands %s", (_, one) => {
    expect(lostBy(managers, one)).toBeNull();
  });

  it.each([
    ["role", { role: "operator" }, "Bo, who approved it, no longer holds the role release manager."],
    ["role", { role: null }, "Bo, who approved it, no longer holds the role release manager."],
    ["on_call", { role: "viewer" }, "Bo, who approved it on call, no longer holds the role operator."],
    ["on_call", { isRevoked: true }, "Bo, who approved it on call, was taken off call."],
    ["delegation", { isRevoked: true }, "Bo approved it for Ada, and that delegation was revoked."],
    ["delegation", { role: null }, "Bo, who approved it for Ada, no longer holds the role operator."],
    [
      "delegation",
      { lender: "operator" },
      "Ada, for whom Bo approved it, no longer holds the role release manager.",
    ],
    [
      "delegation",
      { lender: null },
      "Ada, for whom Bo approved it, no longer holds the role release manager.",
    ],
  ] as const)("by %s falls with %o", (kind, made, sentence) => {
    expect(lostBy(managers, given(kind, made))?.sentence).toBe(sentence);
  });

  it("falls when the rule that holds now would not take it", () => {
    const admins: Circle[] = [{ roles: ["admin"], onCall: false }];
    expect(lostBy(admins, given("role", { role: "release_manager" }))?.needed).toBe("admin");
    expect(lostBy(admins, given("on_call"))).not.toBeNull();
    expect(lostBy(admins, given("delegation"))).not.toBeNull();
  });
});

describe("a quorum", () => {
  it("counts different people by different authorities", () => {
    const all = [
      given("delegation", { by: "Bo", of: "Ada" }),
      given("role", { by: "Ada", role: "admin" }),
      given("delegation", { by: "Cy", of: "Ada" }),
      given("role", { by: "Bo", role: "admin" }),
      given("role", { by: "Dee", role: "admin" }),
    ];
    expect(standingOf(managers, all).map((one) => one.by.name)).toEqual(["Bo", "Dee"]);
  });

  it("leaves out what fell, so that it does not take the place of what stands", () => {
    const all = [given("delegation", { isRevoked: true }), given("role", { by: "Ada", role: "admin" })];
    expect(standingOf(managers, all).map((one) => one.by.name)).toEqual(["Ada"]);
  });
});

import { describe, expect, it } from "vitest";
import {
  chooseCapacity,
  circleWords,
  isAccepted,
  viaKinds,
  type Asking,
  type Capacity,
  type Circle,
} from "#lib/domain/approval-capacity.ts";
import { covers, roles, type Role } from "#lib/domain/role.ts";

const until = "2026-11-21T08:00:00.000Z";
const own = (role: Role): Capacity => ({ kind: "role", role });
const onCall = (role: Role): Capacity => ({ kind: "on_call", role, id: "shift", until });
const lent = (role: Role, lender = "ada"): Capacity => ({
  kind: "delegation",
  role,
  id: `loan of ${lender}`,
  until,
  lender: { id: lender, name: lender },
});
const managers: Circle = { roles: ["release_manager", "admin"], onCall: false };
const admins: Circle = { roles: ["admin"], onCall: false };
const duty: Circle = { roles: [], onCall: true };

function ask(asking: Partial<Asking>) {
  return chooseCapacity({
    circles: [managers],
    userId: "bo",
    capacities: [],
    authors: [],
    given: [],
    ...asking,
  });
}

describe("a capacity", () => {
  const circles = [managers, admins, duty, { ...managers, onCall: true }];
  const cases = circles.flatMap((circle) =>
    viaKinds.flatMap((kind) => roles.map((role) => ({ circle, kind, role }))),
  );
  it.each(cases)("of $kind as $role before $circle", ({ circle, kind, role }) => {
    const byRole = circle.roles.length > 0 && covers(role, circle.roles[0] ?? "admin");
    const byDuty = circle.onCall && kind === "on_call" && role !== "viewer";
    expect(isAccepted([circle], { kind, role })).toBe(byRole || byDuty);
  });

  it("has to be taken by every playbook concerned, each for a reason of its own", () => {
    expect(isAccepted([admins, duty], onCall("admin"))).toBe(true);
    expect(isAccepted([admins, duty], onCall("release_manager"))).toBe(false);
    expect(isAccepted([admins, duty], own("admin"))).toBe(false);
  });

  it("counts nowhere when no playbook asks for anybody", () => {
    expect(isAccepted([], own("admin"))).toBe(false);
  });
});

describe("who may decide", () => {
  it("does so by their own role first, on call second, with a loan last", () => {
    const capacities = [lent("admin"), onCall("admin"), own("admin")];
    const circles = [{ ...managers, onCall: true }];
    expect(ask({ circles, capacities })).toEqual({ ok: true, capacity: own("admin") });
    expect(ask({ circles, capacities: capacities.slice(0, 2) })).toEqual({
      ok: true,
      capacity: onCall("admin"),
    });
    expect(ask({ capacities: [own("operator"), lent("release_manager")] })).toEqual({
      ok: true,
      capacity: lent("release_manager"),
    });
  });

  it("is told whom the playbook wants when none of their capacities counts", () => {
    expect(ask({ capacities: [own("operator"), onCall("operator"), lent("operator")] })).toEqual({
      ok: false,
      why: "not_eligible",
      sentence: "This playbook wants release manager or admin to decide.",
    });
  });

  it("neither uses nor gives a loan for a plan that they wrote", () => {
    const capacities = [own("operator"), lent("admin", "ada")];
    expect(ask({ capacities, authors: ["bo"] })).toMatchObject({ why: "author" });
    expect(ask({ capacities, authors: ["ada"] })).toMatchObject({
      why: "author",
      sentence: "ada started or edited this plan, so nobody decides on it in their stead.",
    });
    expect(ask({ capacities: [...capacities, lent("admin", "cy")], authors: ["ada"] })).toEqual({
      ok: true,
      capacity: lent("admin", "cy"),
    });
  });

  it("does not count twice, and neither does an authority", () => {
    const capacities = [own("operator"), lent("admin", "ada")];
    expect(ask({ capacities, given: [{ userId: "bo", authority: "cy" }] })).toMatchObject({ why: "used" });
    expect(ask({ capacities, given: [{ userId: "ada", authority: "ada" }] })).toMatchObject({
      sentence: "ada has approved this plan already, and one authority counts once.",
    });
    const stead = ask({ capacities: [own("admin")], given: [{ userId: "dee", authority: "bo" }] });
    expect(stead).toMatchObject({
      why: "used",
      sentence: "Somebody has approved this plan in your stead, and one authority counts once.",
    });
    const two = [...capacities, lent("admin", "cy")];
    expect(ask({ capacities: two, given: [{ userId: "ada", authority: "ada" }] })).toEqual({
      ok: true,
      capacity: lent("admin", "cy"),
    });
  });
});

it("a rule says in words whom it takes", () => {
  expect(circleWords([managers])).toBe("release manager or admin");
  expect(circleWords([{ ...admins, onCall: true }, managers, managers])).toBe(
    "admin or whoever is on call, and also release manager or admin",
  );
  expect(circleWords([])).toBe("nobody");
});

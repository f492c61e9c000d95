import { describe, expect, it } from "vitest";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import { tryPlaybook } from "#lib/domain/try-playbook.ts";

const now = new Date("2026-11-21T03:00:00Z");
const { authority } = smallPlaybook();
const playbook = smallPlaybook({
  authority: {
    ...authority,
    rules: authority.rules.flatMap((rule) => [
      { ...rule, id: "worst", severities: ["P0"], approvals: 2 },
      { ...rule, id: "open", environments: "unprotected", approvals: 0 },
      { ...rule, id: "rest", approvals: 1 },
    ]),
  },
});

describe("A situation that is made up", () => {
  it("is decided as if it began now, in a protected environment", () => {
    expect(tryPlaybook(playbook, { facts: { errors: 9 } }, now)).toMatchObject({
      verdict: "rollback",
      severity: "P1",
      deadline: "2026-11-21T03:15:00.000Z",
      authority: { id: "rest" },
    });
  });

  it("can lie in another environment", () => {
    const environment = { name: "staging", protected: false };
    expect(tryPlaybook(playbook, { facts: { errors: 9 }, environment }, now).authority.id).toBe("open");
  });

  it("can have a severity of its own, which moves who may say yes and not what is said", () => {
    expect(tryPlaybook(playbook, { facts: { errors: 9 }, severity: "P0" }, now)).toMatchObject({
      verdict: "rollback",
      severity: "P0",
      authority: { id: "worst" },
    });
  });
});

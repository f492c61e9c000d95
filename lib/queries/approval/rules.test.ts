import { describe, expect, it } from "vitest";
import type { Playbook, PlaybookInput } from "#lib/domain/playbook.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import { approvalRules, firstAsked, mergeRules, type ApprovalRules } from "#lib/queries/approval/rules.ts";

const production = { name: "production", protected: true };
const staging = { name: "staging", protected: false };

type Rule = PlaybookInput["authority"]["rules"][number];

function playbook(...rules: Partial<Rule>[]): Playbook {
  const { authority } = smallPlaybook();
  const whole = rules.map((rule, index): Rule => ({
    id: `rule-${index}`,
    initiate: "operator",
    approvals: 0,
    because: "It says so.",
    source: "Lastgood",
    ...rule,
  }));
  return smallPlaybook({ authority: { ...authority, rules: whole } });
}

const byDocument = playbook(
  { named: ["development"], approvals: 0 },
  { severities: ["P0"], approvals: 1, roles: ["release_manager"], onCall: true, expiryMinutes: 30 },
  { severities: ["P1"], approvals: 1, roles: ["release_manager"], askNextMinutes: 15 },
  { severities: ["P2"], initiate: "release_manager", approvals: 2, roles: ["release_manager", "admin"] },
  { severities: ["P3"], rollbackAllowed: false, because: "P3 waits for the next scheduled deployment." },
);

describe("the rules for approval", () => {
  it.each([
    ["P0", { required: 1, onCall: true, initiate: "operator", expiryMinutes: 30 }],
    ["P1", { required: 1, onCall: false, eligible: ["release_manager", "admin"], askNextMinutes: 15 }],
    ["P2", { required: 2, initiate: "release_manager" }],
    ["P3", { allowed: false, because: "P3 waits for the next scheduled deployment." }],
  ] as const)("of %s are the playbook's", (severity, expected) => {
    expect(approvalRules(byDocument, production, severity)).toMatchObject(expected);
  });

  it("without an incident are the most demanding that allow a rollback at all", () => {
    expect(approvalRules(byDocument, production)).toMatchObject({
      allowed: true,
      required: 2,
      initiate: "release_manager",
    });
    const never = playbook({ rollbackAllowed: false, because: "Never here." });
    expect(approvalRules(never, production)).toMatchObject({ allowed: false, because: "Never here." });
  });

  it("ask the highest role to begin, whichever rule wants the most approvals", () => {
    const rules = playbook(
      { severities: ["P0", "P1"], initiate: "admin", approvals: 0 },
      { approvals: 1, roles: ["admin"] },
    );
    expect(approvalRules(rules, staging)).toMatchObject({ required: 1, initiate: "admin" });
  });

  it("take the fewer roles and no duty for more demanding, where the numbers are equal", () => {
    const roles = playbook(
      { severities: ["P0"], approvals: 1, roles: ["operator"] },
      { approvals: 1, roles: ["admin"] },
    );
    expect(approvalRules(roles, production).eligible).toEqual(["admin"]);
    const duty = playbook(
      { severities: ["P0"], approvals: 1, roles: ["admin"], onCall: true },
      { approvals: 1, roles: ["admin"] },
    );
    expect(approvalRules(duty, production).onCall).toBe(false);
  });

  it("follow the environment's name, and keep four eyes wherever it is protected", () => {
    expect(approvalRules(byDocument, { name: "development", protected: false }, "P2").required).toBe(0);
    const alone = playbook({ approvals: 1, roles: ["operator"], fourEyes: false });
    expect(approvalRules(alone, staging, "P1").fourEyes).toBe(false);
    expect(approvalRules(alone, production, "P1").fourEyes).toBe(true);
  });
});

describe("the rules of several playbooks together", () => {
  const rules = (rule: Partial<Rule>): ApprovalRules => approvalRules(playbook(rule), staging, "P1");
  const strict = rules({ approvals: 2, roles: ["admin"], expiryMinutes: 20, initiate: "release_manager" });
  const wide = rules({
    approvals: 1,
    roles: ["release_manager"],
    onCall: true,
    fourEyes: false,
    askNextMinutes: 5,
    emergencyOfferMinutes: 9,
  });
  const open = rules({ approvals: 0, fourEyes: false });

  it.each([
    [strict, wide],
    [wide, strict],
  ])("are the stricter everywhere, in either order", (a, b) => {
    expect(mergeRules(a, b)).toMatchObject({
      required: 2,
      eligible: ["admin"],
      roles: ["admin"],
      onCall: false,
      initiate: "release_manager",
      fourEyes: true,
      expiryMinutes: 20,
      askNextMinutes: 5,
      emergencyOfferMinutes: 9,
    });
  });

  it("are not narrowed by one that wants nobody", () => {
    expect(mergeRules(open, wide)).toMatchObject({ required: 1, onCall: true, fourEyes: false });
    expect(mergeRules(open, open)).toMatchObject({ required: 0, eligible: [] });
  });

  it("allow nothing that one of them refuses, and say why", () => {
    const never = rules({ rollbackAllowed: false, because: "Not today." });
    expect(mergeRules(wide, never)).toMatchObject({ allowed: false, because: "Not today." });
    expect(mergeRules(never, wide)).toMatchObject({ allowed: false, because: "Not today." });
  });

  it("ask first whoever holds the least role that all of them take", () => {
    expect(firstAsked(wide)).toBe("release_manager");
    expect(firstAsked(mergeRules(wide, strict))).toBe("admin");
  });
});

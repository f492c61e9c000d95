import { describe, expect, it } from "vitest";
import { byStrategy } from "#components/wizard/target-choices.ts";

const row = (deployedBy: string, procedure: string) => ({
  id: `from-${deployedBy}`,
  deployedBy,
  title: deployedBy,
  method: "M",
  procedure,
  risk: "low" as const,
  source: "S",
});
const playbook = { strategies: [row("rolling", "reverse-rolling"), row("canary", "remove-canary")] };

describe("The procedure that undoes how a version came", () => {
  it("is offered first, whether or not a verdict was reached", () => {
    expect(byStrategy(playbook, "canary", [])).toBe("remove-canary");
    expect(byStrategy(playbook, "canary", ["reverse-rolling", "remove-canary"])).toBe("remove-canary");
  });

  it("gives way where the verdict offers only others, or the playbook has none for it", () => {
    expect(byStrategy(playbook, "canary", ["restore-database"])).toBeUndefined();
    expect(byStrategy(playbook, "by hand", [])).toBeUndefined();
  });
});

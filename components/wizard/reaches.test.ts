import { describe, expect, it } from "vitest";
import { reachesFor } from "#components/wizard/reaches.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const [back] = smallDocument.procedures;
if (!back) throw new Error("The small playbook has a procedure.");
const step = (component: "code" | "configuration" | "database") => ({
  id: component,
  title: component,
  component,
  source: "S",
});
const playbook = smallPlaybook({
  procedures: [
    { ...back, phases: { execution: [step("code")] } },
    {
      ...back,
      id: "all",
      title: "All",
      components: ["code", "configuration"],
      phases: { execution: [step("code"), step("configuration")] },
    },
  ],
  scopes: [
    { id: "complete", kind: "complete", title: "Everything", source: "S" },
    { id: "settings", kind: "configuration", title: "Settings", components: ["configuration"], source: "S" },
    { id: "database", kind: "database", title: "Database", components: ["database"], source: "S" },
    { id: "code", kind: "component", title: "Code", components: ["code"], procedure: "all", source: "S" },
  ],
});
const reached = (registered: Parameters<typeof reachesFor>[1]) =>
  reachesFor(playbook, registered).map((one) => [one.rule.id, one.procedure.id, one.scope]);

describe("The scopes that can be chosen", () => {
  it("are those that reach what is registered, by the procedure they name or the first that covers it", () => {
    expect(reached(["code", "configuration"])).toEqual([
      ["complete", "all", ["code", "configuration"]],
      ["settings", "all", ["configuration"]],
      ["code", "all", ["code"]],
    ]);
    expect(reached(["code"])).toEqual([
      ["complete", "back", ["code"]],
      ["code", "all", ["code"]],
    ]);
  });

  it("are none where nothing is registered or no procedure covers it", () => {
    expect(reached([])).toEqual([]);
    expect(reached(["database"])).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import { finishedEvents, finishedRollback, resolvedIncident } from "#lib/domain/report.fixture.ts";
import { reportMarkdown, rollbackReport } from "#lib/domain/report.ts";
import { postMortem, postMortemMarkdown } from "#lib/domain/report-post-mortem.ts";
import { runbook } from "#lib/domain/runbook.ts";

const source = "S";
const playbook = smallPlaybook({
  objectives: [
    { id: "p0", title: "Critical", clock: "recover", severities: ["P0"], seconds: 120, source },
    { id: "rest", title: "Any", clock: "roll_back", seconds: 900, source },
  ],
  remedies: [
    {
      id: "stuck",
      title: "It is stuck",
      symptoms: ["Stuck"],
      steps: [{ text: "Look." }, { text: "Act." }],
      source,
    },
  ],
  postMortem: {
    dueHours: 24,
    attendees: ["Engineering"],
    agenda: ["Timeline: what happened"],
    sections: ["Root cause", "What changes in the runbook"],
    source,
  },
});

function everything(text: string) {
  const rollback = finishedRollback(text);
  const incident = resolvedIncident(text);
  const events = finishedEvents(text);
  const report = rollbackReport({ rollback, incident, events, playbook });
  const draft = postMortem({ incident, rollbacks: [report], events, playbook });
  return {
    report,
    draft,
    pages: [
      runbook(rollback, playbook, "2026-01-01T03:06:00.000Z"),
      reportMarkdown(report),
      postMortemMarkdown(draft),
    ],
  };
}

describe("The rollback report", () => {
  const { report, pages } = everything("checkout fails");
  const [, page = ""] = pages;

  it("says how many points of the validation hold; what is not known does not", () => {
    expect(page).toContain("## Validation\n\n0 of 1 hold, 1 not known.");
    expect(report.validation).toMatchObject([{ state: "open", evidence: "checkout fails" }]);
  });

  it("has every field that the audit asks for", () => {
    expect(report).toMatchObject({
      id: "rb_1",
      initiator: { id: "usr_Olga", email: "olga@example.com" },
      reason: "checkout fails",
      previousVersion: "1.1.0",
      targetVersion: "1.0.0",
      startedAt: "2026-01-01T03:04:00.000Z",
      endedAt: "2026-01-01T03:05:30.000Z",
      seconds: 90,
      outcome: "succeeded",
      errors: ["checkout fails", "execution.code.switch: checkout fails"],
    });
    for (const field of [
      "rb_1",
      "usr_Olga",
      "olga@example.com",
      "1.1.0",
      "1.0.0",
      "03:04:00",
      "03:05:30",
      "succeeded",
    ]) {
      expect(page).toContain(field);
    }
  });

  it("lists the steps in the plan's order with how long each took", () => {
    expect(report.steps.map((step) => [step.key, step.phase, step.seconds])).toEqual([
      ["execution.code.switch", "Execution", 10],
      ["verification.code.check", "Verification", null],
    ]);
  });

  it("holds the clocks against the team's own targets", () => {
    expect(report.clocks.map((clock) => [clock.id, clock.seconds, clock.target?.seconds, clock.met])).toEqual(
      [
        ["detect", 30, undefined, null],
        ["decide", 90, undefined, null],
        ["roll_back", 210, 900, true],
        ["recover", 330, 120, false],
      ],
    );
  });

  it("misses a target that it only just reaches", () => {
    const incident = { ...resolvedIncident("x"), recoveredAt: "2026-01-01T03:02:00.000Z" };
    const late = rollbackReport({ rollback: finishedRollback("x"), incident, events: [], playbook });
    expect(late.clocks.at(-1)).toMatchObject({ seconds: 120, met: false });
  });

  it("tells the story without the output of steps", () => {
    expect(report.timeline.map((entry) => entry.text)).toEqual([
      "Opened a rollback. checkout fails",
      "The rollback succeeded",
    ]);
  });

  it("is there before anything was done, and without an incident or a playbook", () => {
    const rollback = {
      ...finishedRollback("x"),
      plan: null,
      steps: [],
      startedAt: null,
      endedAt: null,
      outcome: null,
    };
    const early = rollbackReport({ rollback, incident: null, events: [], playbook: null });
    expect(early.clocks.every((clock) => clock.seconds === null && clock.met === null)).toBe(true);
    expect(reportMarkdown(early)).toContain("not started");
    expect(runbook(rollback, null, "2026-01-01T03:06:00.000Z")).toContain("There is no plan yet");
  });
});

describe("The post-mortem draft", () => {
  it("has what the events answer, leaves the rest to people, and is due in time", () => {
    const { draft } = everything("checkout fails");
    expect(draft.dueAt).toBe("2026-01-02T03:20:00.000Z");
    expect(draft.fields.map((field) => [field.id, field.draft !== ""])).toEqual([
      ["summary", true],
      ["impact", true],
      ["data_loss", true],
      ["root_cause", false],
      ["detection", false],
      ["response", true],
      ["prevention", false],
      ["playbook-1", false],
    ]);
    expect(draft.fields[1]?.draft).toContain("5 min 30 s");
  });

  it("asks what the playbook asks, once, and goes through its agenda", () => {
    const { draft, pages } = everything("checkout fails");
    expect(draft.fields.at(-1)?.title).toBe("What changes in the runbook");
    expect(draft.fields.filter((field) => field.title === "Root cause")).toHaveLength(1);
    expect(pages[2]).toContain("## Agenda\n\n1. Timeline: what happened");
  });
});

describe("The runbook", () => {
  const page = everything("checkout fails").pages[0] ?? "";

  it("ticks what is settled and shows the exact commands", () => {
    expect(page).toContain("- [x] **1. checkout fails** (done at 2026-01-01 03:04:11 UTC)");
    expect(page).toContain("- [ ] **2. Check**");
    expect(page).toContain("curl checkout fails");
  });

  it("draws the line before the step that cannot be undone", () => {
    expect(page.indexOf("Point of no return")).toBeGreaterThan(0);
    expect(page.indexOf("Point of no return")).toBeLessThan(page.indexOf("**1. checkout fails**"));
  });

  it("says the limits, what stays, what is lost, who approved and what to do when it fails", () => {
    for (const words of [
      "10 min to roll back, 2 min to be healthy",
      "## Not taken back",
      "30 minutes",
      "Rita approved",
      "Then: Act.",
    ]) {
      expect(page).toContain(words);
    }
  });
});

describe("Whatever people and targets say", () => {
  const shape = (text: string) => everything(text).pages.map((page) => page.split("\n").length);
  it.each([
    "<script>alert(1)</script>",
    "a\n# heading\n| x | y |",
    "```\n- [x] done\n```",
    "[x](javascript:alert(1)) ![y](http://evil)",
    "*** | **bold** | `code` | <img onerror=x>",
    "</details><b>",
  ])("%j changes nothing in the build of a page", (text) => {
    const pages = everything(text).pages;
    const prose = pages.map((page) => page.replace(/^ *(`{3,})[a-z]*\n[\s\S]*?\n *\1$/gm, ""));
    for (const page of prose) {
      expect(page.replace(/\\./g, "")).not.toMatch(/<|\]\(|!\[/);
      expect(page.match(/^#{1,6} .*$/gm)).toEqual(
        page.match(/^#{1,6} (Runbook|Rollback report|Post-mortem|[A-Z][a-z' -]+$).*$/gm),
      );
    }
    if (!text.includes("\n")) expect(shape(text)).toEqual(shape("harmless"));
  });
});

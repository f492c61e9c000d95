import { Playbook, type PlaybookInput } from "#lib/domain/playbook.ts";

const source = "Section";

/** The smallest playbook with a rule in it, for tests to vary. Throws where the variation has the wrong shape. */
export function smallPlaybook(variation: Partial<PlaybookInput> = {}): Playbook {
  return Playbook.parse({ ...smallDocument, ...variation });
}

const step = { id: "switch", title: "Switch", component: "code", source } as const;
const said = { severity: "P3", because: "Because.", source } as const;
const meaning = { title: "Title", meaning: "Meaning", source };

export const smallDocument: PlaybookInput = {
  format: 1,
  id: "small",
  version: 1,
  title: "Small",
  summary: "Small.",
  document: { title: "Document" },
  facts: [
    { id: "errors", type: "rate", unit: "%", question: "?", signal: "errors", heldFor: "errors_for", source },
    { id: "errors_for", type: "duration", unit: "s", question: "?", source },
    { id: "outage", type: "yes_no", question: "?", source },
    {
      id: "kind",
      type: "choice",
      question: "?",
      options: [
        { value: "bug", label: "Bug" },
        { value: "slow", label: "Slow" },
      ],
      source,
    },
  ],
  severities: { P0: meaning, P1: meaning, P2: meaning, P3: meaning },
  matrices: [
    {
      id: "main",
      title: "Main",
      source,
      rows: [
        {
          ...said,
          id: "errors-high",
          rank: 10,
          when: { fact: "errors", above: 5 },
          verdict: "rollback",
          severity: "P1",
          deadlineMinutes: 15,
          procedures: ["back"],
        },
      ],
    },
  ],
  otherwise: { ...said, id: "otherwise", verdict: "monitor" },
  undecided: { ...said, id: "undecided", verdict: "evaluate" },
  authority: {
    rules: [
      {
        id: "all",
        initiate: "operator",
        approvals: 1,
        roles: ["release_manager"],
        because: "Because.",
        source,
      },
    ],
    emergency: { roles: ["admin"], criteria: [{ id: "outage", title: "Outage", source }], source },
  },
  procedures: [
    {
      id: "back",
      title: "Back",
      useWhen: "Always.",
      components: ["code"],
      minutes: { from: 1, to: 2 },
      downtimeMinutes: { from: 0, to: 0 },
      risk: "low",
      limits: { rollbackSeconds: 600, healthSeconds: 120 },
      phases: { execution: [step] },
      source,
    },
  ],
  monitoring: { seconds: 0, source },
  limits: { rollbackSeconds: 600, healthSeconds: 120 },
};

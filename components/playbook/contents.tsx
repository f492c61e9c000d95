import type { Playbook } from "#lib/domain/playbook.ts";

const always = () => true;
const parts: readonly { id: string; title: string; has: (one: Playbook) => boolean }[] = [
  { id: "decide", title: "How it decides", has: always },
  { id: "triggers", title: "Triggers", has: (one) => one.triggers.length > 0 },
  { id: "procedures", title: "Procedures", has: always },
  { id: "checklists", title: "Checklists", has: (one) => one.checklists.length > 0 },
  { id: "authority", title: "Who may say yes", has: always },
  { id: "validation", title: "What must be true afterwards", has: (one) => one.validation.length > 0 },
  {
    id: "scenarios",
    title: "Scenarios and remedies",
    has: (one) => one.scenarios.length + one.remedies.length > 0,
  },
  { id: "severities", title: "Severities and windows", has: always },
  { id: "objectives", title: "Time objectives", has: (one) => one.objectives.length > 0 },
  { id: "facts", title: "What it asks", has: always },
  {
    id: "people",
    title: "Who is told",
    has: ({ escalation, alerts, contacts, templates }) =>
      escalation.length + alerts.length + contacts.length + templates.length > 0,
  },
  {
    id: "differences",
    title: "Limits and differences",
    has: (one) => one.carriedDifferently.length + one.constraints.length > 0,
  },
  { id: "file", title: "The file itself", has: always },
];

/** The way to each part: at the side, and on a phone folded away at the top. */
export function Contents({ playbook, isFolded = false }: { playbook: Playbook; isFolded?: boolean }) {
  const links = (
    <ul>
      {parts
        .filter((part) => part.has(playbook))
        .map((part) => (
          <li key={part.id}>
            <a
              href={`#${part.id}`}
              className="flex min-h-7 items-center border-l border-line-soft py-1 pl-3 text-secondary hover:border-ink hover:text-primary pointer-coarse:min-h-11"
            >
              {part.title}
            </a>
          </li>
        ))}
    </ul>
  );
  if (!isFolded) {
    return (
      <nav aria-label="Parts of the playbook" className="max-lg:hidden">
        {links}
      </nav>
    );
  }
  return (
    <nav aria-label="Parts of the playbook" className="lg:hidden">
      <details>
        <summary className="min-h-control cursor-pointer py-1.5 font-medium">Go to a part</summary>
        {links}
      </details>
    </nav>
  );
}

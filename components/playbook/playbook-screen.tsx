import Link from "next/link";
import { MatrixPart } from "#components/playbook/matrix-part.tsx";
import { ProcedurePart } from "#components/playbook/procedure-part.tsx";
import {
  ChecklistPart,
  DifferencePart,
  ScenarioPart,
  TalkPart,
  ValidationPart,
} from "#components/playbook/rest-parts.tsx";
import {
  AuthorityPart,
  FactPart,
  ObjectivePart,
  SeverityPart,
  TriggerPart,
} from "#components/playbook/rule-parts.tsx";
import { Page } from "#components/shell/page.tsx";
import { KeyValues } from "#components/ui/key-values.tsx";
import { Section } from "#components/ui/section.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

export type PlaybookDocument = Playbook & {
  builtIn: boolean;
  versions: number[];
  usedBy: string[];
  yaml: string;
};

/** A team's rules, to be read from top to bottom before they are needed. */
export function PlaybookScreen({ playbook }: { playbook: PlaybookDocument }) {
  return (
    <Page
      what={playbook.title}
      up={{ href: "/playbooks", label: "Playbooks" }}
      aside={
        <>
          <Contents playbook={playbook} />
          <Section title="About">
            <KeyValues
              items={[
                { key: "Id", value: <span className="figures">{playbook.id}</span> },
                { key: "Version", value: <Versions playbook={playbook} /> },
                { key: "Document", value: playbook.document.title, hint: playbook.document.note },
                { key: "Origin", value: playbook.builtIn ? "Came with Lastgood" : "Added here" },
                {
                  key: "Followed by",
                  value:
                    playbook.usedBy.length === 0 ? (
                      "no service"
                    ) : (
                      <ul>
                        {playbook.usedBy.map((id) => (
                          <li key={id}>
                            <Link
                              href={`/services/${id}`}
                              className="link inline-flex min-h-6 items-center break-all pointer-coarse:min-h-11"
                            >
                              {id}
                            </Link>
                          </li>
                        ))}
                      </ul>
                    ),
                },
              ]}
            />
          </Section>
        </>
      }
    >
      <p className="max-w-2xl text-16 text-secondary">{playbook.summary}</p>
      <MatrixPart playbook={playbook} />
      <TriggerPart playbook={playbook} />
      <ProcedurePart playbook={playbook} />
      <ChecklistPart playbook={playbook} />
      <AuthorityPart playbook={playbook} />
      <ValidationPart playbook={playbook} />
      <ScenarioPart playbook={playbook} />
      <SeverityPart playbook={playbook} />
      <ObjectivePart playbook={playbook} />
      <FactPart playbook={playbook} />
      <TalkPart playbook={playbook} />
      <DifferencePart playbook={playbook} />
      <details>
        <summary className="cursor-pointer text-16 font-strong">The file itself</summary>
        <pre
          tabIndex={0}
          aria-label="The playbook as YAML"
          className="mt-2 max-h-[70dvh] overflow-auto rounded-1 bg-surface-sunken p-3 text-12 leading-5"
        >
          {playbook.yaml}
        </pre>
      </details>
    </Page>
  );
}

const parts = [
  { id: "decide", title: "How it decides", has: () => true },
  { id: "triggers", title: "Triggers", has: (one: Playbook) => one.triggers.length > 0 },
  { id: "procedures", title: "Procedures", has: () => true },
  { id: "checklists", title: "Checklists", has: (one: Playbook) => one.checklists.length > 0 },
  { id: "authority", title: "Who may say yes", has: () => true },
  {
    id: "validation",
    title: "What must be true afterwards",
    has: (one: Playbook) => one.validation.length > 0,
  },
  {
    id: "scenarios",
    title: "Scenarios and remedies",
    has: (one: Playbook) => one.scenarios.length + one.remedies.length > 0,
  },
  { id: "severities", title: "Severities and windows", has: () => true },
  { id: "objectives", title: "Time objectives", has: (one: Playbook) => one.objectives.length > 0 },
  { id: "facts", title: "What it asks", has: () => true },
];

function Contents({ playbook }: { playbook: Playbook }) {
  return (
    <nav aria-label="Parts of the playbook" className="max-lg:hidden">
      <ul>
        {parts
          .filter((part) => part.has(playbook))
          .map((part) => (
            <li key={part.id}>
              <a
                href={`#${part.id}`}
                className="block border-l border-line-soft py-1 pl-3 text-secondary hover:text-primary"
              >
                {part.title}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function Versions({ playbook }: { playbook: PlaybookDocument }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {playbook.versions.map((version) =>
        version === playbook.version ? (
          <span key={version} className="figures font-strong">
            {version}
          </span>
        ) : (
          <Link key={version} href={`/playbooks/${playbook.id}?version=${version}`} className="link figures">
            {version}
          </Link>
        ),
      )}
    </span>
  );
}

import Link from "next/link";
import type { Act } from "#components/action/answer.ts";
import { Contents } from "#components/playbook/contents.tsx";
import { MatrixPart } from "#components/playbook/matrix-part.tsx";
import { Part } from "#components/playbook/part.tsx";
import { PlaybookPage } from "#components/playbook/playbook-page.tsx";
import { ProcedurePart } from "#components/playbook/procedure-part.tsx";
import {
  ChecklistPart,
  DifferencePart,
  ScenarioPart,
  TalkPart,
  ValidationPart,
} from "#components/playbook/rest-parts.tsx";
import { RetireButton } from "#components/playbook/retire-button.tsx";
import {
  AuthorityPart,
  FactPart,
  ObjectivePart,
  SeverityPart,
  TriggerPart,
} from "#components/playbook/rule-parts.tsx";
import { KeyValues } from "#components/ui/key-values.tsx";
import { Section } from "#components/ui/section.tsx";
import type { Playbook } from "#lib/domain/playbook.ts";

export type PlaybookDocument = Playbook & {
  builtIn: boolean;
  versions: number[];
  usedBy: string[];
  retiredAt: string | null;
  yaml: string;
};

/** A team's rules, to be read from top to bottom before they are needed. */
export function PlaybookScreen({
  playbook,
  mayRetire,
  retire,
}: {
  playbook: PlaybookDocument;
  mayRetire: boolean;
  retire: Act<{ id: string; reason?: string }>;
}) {
  return (
    <PlaybookPage
      head={{
        id: playbook.id,
        title: playbook.title,
        version: playbook.version,
        versions: playbook.versions,
        retiredAt: playbook.retiredAt,
      }}
      tab="read"
      usedBy={playbook.usedBy.length}
      aside={
        <>
          <Contents playbook={playbook} />
          <About playbook={playbook} />
          {mayRetire && playbook.retiredAt === null && (
            <RetireButton id={playbook.id} title={playbook.title} retire={retire} />
          )}
        </>
      }
    >
      <p className="max-w-2xl text-16 text-secondary">{playbook.summary}</p>
      <Contents playbook={playbook} isFolded />
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
      <Part id="file" title="The file itself">
        <details>
          <summary className="min-h-control cursor-pointer py-1.5">
            {playbook.yaml.split("\n").length} lines of YAML
          </summary>
          <pre
            tabIndex={0}
            aria-label="The playbook as YAML"
            className="mt-2 max-h-[70dvh] overflow-auto rounded-1 bg-surface-sunken p-3 text-12 leading-5"
          >
            {playbook.yaml}
          </pre>
        </details>
      </Part>
    </PlaybookPage>
  );
}

function About({ playbook }: { playbook: PlaybookDocument }) {
  return (
    <Section title="About">
      <KeyValues
        items={[
          { key: "Id", value: <span className="figures break-all">{playbook.id}</span> },
          {
            key: "Version",
            value: <span className="figures">{playbook.version}</span>,
            hint: playbook.builtIn ? "Came with Lastgood" : "Added here",
          },
          { key: "Document", value: playbook.document.title, hint: playbook.document.note },
          {
            key: "Followed by",
            value:
              playbook.usedBy.length === 0 ? (
                <Link href={`/playbooks/${playbook.id}/services`} className="link">
                  no service yet
                </Link>
              ) : (
                <Followers ids={playbook.usedBy} playbook={playbook.id} />
              ),
          },
        ]}
      />
    </Section>
  );
}

/** More are counted, and stand on a page of their own. */
const fewFollowers = 8;

function Followers({ ids, playbook }: { ids: readonly string[]; playbook: string }) {
  const look = "link inline-flex min-h-6 items-center break-all pointer-coarse:min-h-11";
  return (
    <ul>
      {ids.slice(0, fewFollowers).map((id) => (
        <li key={id}>
          <Link href={`/services/${id}`} className={look}>
            {id}
          </Link>
        </li>
      ))}
      {ids.length > fewFollowers && (
        <li>
          <Link href={`/playbooks/${playbook}/services`} className={look}>
            and {ids.length - fewFollowers} more
          </Link>
        </li>
      )}
    </ul>
  );
}

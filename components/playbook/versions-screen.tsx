"use client";

import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import type { Listed } from "#components/console/open-work.ts";
import { OlderLink } from "#components/list/older-link.tsx";
import { DiffView, type Difference } from "#components/playbook/diff-view.tsx";
import { PlaybookPage, type PlaybookHead } from "#components/playbook/playbook-page.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FactDefinition } from "#lib/domain/fact.ts";

type VersionRow = {
  version: number;
  title: string;
  builtIn: boolean;
  addedAt: string;
  addedBy: { name: string } | null;
  note: string | null;
};

type VersionsScreenProps = {
  head: PlaybookHead;
  usedBy: number;
  versions: Listed<VersionRow>;
  /** Null where there is one version alone. */
  compared: { from: number; to: number; difference: Difference; facts: readonly FactDefinition[] } | null;
};

/** Who changed the rules, when and why, and what exactly they changed. */
export function VersionsScreen({ head, usedBy, versions, compared }: VersionsScreenProps) {
  return (
    <PlaybookPage head={head} tab="versions" usedBy={usedBy}>
      <Section title="Versions" hint="A stored version never changes. What began with one keeps it.">
        <ol aria-label="Versions, newest first">
          {versions.items.map((one, at) => (
            <VersionLine
              key={one.version}
              head={head}
              one={one}
              below={head.versions[head.versions.indexOf(one.version) + 1]}
              isInForce={at === 0 && one.version === head.versions[0]}
            />
          ))}
        </ol>
        <OlderLink next={versions.next} />
      </Section>
      <div id="compare" className="scroll-mt-20">
        <Section title="What changed">
          {compared === null ? (
            <EmptyState title="There is one version so far">
              With the second one, what changed stands here.
            </EmptyState>
          ) : (
            <div className="grid grid-cols-1 gap-5">
              <Choice head={head} from={compared.from} to={compared.to} />
              <DiffView difference={compared.difference} facts={compared.facts} />
            </div>
          )}
        </Section>
      </div>
    </PlaybookPage>
  );
}

function VersionLine({
  head,
  one,
  below,
  isInForce,
}: {
  head: PlaybookHead;
  one: VersionRow;
  below: number | undefined;
  isInForce: boolean;
}) {
  const link = "link inline-flex min-h-6 items-center self-start pointer-coarse:min-h-11";
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line-faint py-2.5 sm:grid-cols-[5rem_minmax(0,1fr)_auto]">
      <Link
        href={`/playbooks/${head.id}?version=${one.version}`}
        className="link figures inline-flex min-h-6 items-center self-start font-strong pointer-coarse:min-h-11"
      >
        <span className="sr-only">Version </span>
        {one.version}
      </Link>
      <div className="min-w-0">
        <p className="break-words">{one.note ?? <span className="text-faint">No note</span>}</p>
        <p className="flex flex-wrap gap-x-1.5 text-12 text-faint">
          <span className="break-words">
            {one.builtIn ? "Lastgood" : (one.addedBy?.name ?? "The command line")}
            {isInForce && head.retiredAt === null && ", in force"},
          </span>
          <RelativeTime at={one.addedAt} />
        </p>
      </div>
      {below !== undefined && (
        <Link
          href={`/playbooks/${head.id}/versions?from=${below}&to=${one.version}#compare`}
          className={link}
        >
          What changed
          <span className="sr-only"> in version {one.version}</span>
        </Link>
      )}
    </li>
  );
}

function Choice({ head, from, to }: { head: PlaybookHead; from: number; to: number }) {
  const router = useRouter();
  const pathname = usePathname();
  const choices = head.versions.map((version) => ({ value: String(version), label: `Version ${version}` }));
  const go = (asked: { from: number; to: number }) => {
    router.push(`${pathname}?from=${asked.from}&to=${asked.to}`, { scroll: false });
  };
  return (
    <div className="grid max-w-md grid-cols-2 gap-4">
      <Field label="From">
        {(control) => (
          <Select
            {...control}
            choices={choices}
            value={String(from)}
            onChange={(event) => go({ from: Number(event.target.value), to })}
          />
        )}
      </Field>
      <Field label="To">
        {(control) => (
          <Select
            {...control}
            choices={choices}
            value={String(to)}
            onChange={(event) => go({ from, to: Number(event.target.value) })}
          />
        )}
      </Field>
    </div>
  );
}

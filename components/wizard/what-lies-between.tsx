import { ArrowRight, Equal } from "lucide-react";
import { Code } from "#components/ui/code.tsx";
import { Section } from "#components/ui/section.tsx";
import { differences } from "#components/wizard/rungs.ts";
import type { DeploymentView } from "#lib/domain/view.ts";

/** What is recorded of the running version and of the target, side by side. */
export function WhatLiesBetween({
  from,
  to,
  leftBehind,
}: {
  from: DeploymentView | null;
  to: DeploymentView;
  /** Versions that were deployed after the target, newest first. */
  leftBehind: readonly string[];
}) {
  const rows = differences(from, to);
  return (
    <Section title="What changes" aside={<span className="text-12">as recorded with the deployments</span>}>
      {leftBehind.length > 0 && (
        <p className="pb-2">
          {leftBehind.length === 1 ? "What came with " : `What came with these ${leftBehind.length} goes: `}
          <span className="figures break-words">{leftBehind.join(", ")}</span>
          {leftBehind.length === 1 && " goes."}
        </p>
      )}
      {rows.length === 0 ? (
        <p className="text-secondary">
          Neither deployment names a commit, an image, a configuration or a migration.
        </p>
      ) : (
        <dl>
          {rows.map((row) => (
            <div
              key={row.title}
              className="grid gap-x-4 gap-y-0.5 border-b border-line-faint py-row sm:grid-cols-[8rem_minmax(0,1fr)]"
            >
              <dt className="text-secondary">{row.title}</dt>
              <dd className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
                {row.isSame ? (
                  <>
                    <Equal aria-hidden className="size-3.5 text-faint" />
                    <span className="text-faint">the same,</span>
                    <Value text={row.to} />
                  </>
                ) : (
                  <>
                    <Value text={row.from} />
                    <ArrowRight aria-label="becomes" className="size-3.5 shrink-0 text-faint" />
                    <Value text={row.to} />
                  </>
                )}
                {row.title === "Migration" && !row.isSame && (
                  <span className="basis-full text-12 text-faint">
                    Whether the database goes back too depends on the scope; the plan says what stays.
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="text-faint">not recorded</span>;
  return <Code short={text.length > 24 && /^[0-9a-f:@sha]+$/.test(text)}>{text}</Code>;
}

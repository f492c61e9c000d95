"use client";

import { ScanSearch } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { AddFound, missingVersions } from "#components/service/add-found.tsx";
import { StandingMark } from "#components/service/standing-mark.tsx";
import { TargetSettings } from "#components/service/target-settings.tsx";
import { SeenTarget } from "#components/service/seen-target.tsx";
import type { ServiceActions } from "#components/service/service-data.ts";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { isWell } from "#lib/domain/inspection.ts";
import type { EnvironmentView } from "#lib/domain/view.ts";

/** How long a worker may take before the button can be pressed again. */
const patienceMs = 30_000;

/** Where each component lives and through what it is touched. Secrets stand as names only. */
export function TargetsSection({
  service,
  environment,
  adapters,
  known,
  look,
  add,
  mayLook,
}: {
  service: string;
  environment: EnvironmentView;
  adapters: Record<string, string>;
  /** Versions that the deployment history tells of. */
  known: ReadonlySet<string>;
  look: ServiceActions["look"];
  add: ServiceActions["add"];
  mayLook: boolean;
}) {
  const { run, isBusy, problem } = useAct(look);
  const now = useNow();
  /** When it was asked, and the newest look until then. */
  const [asked, setAsked] = useState<{ at: number; after: number } | null>(null);
  const isWaiting =
    asked !== null &&
    (now === null || now - asked.at < patienceMs) &&
    environment.targets.some(({ seenAt }) => seenAt === null || Date.parse(seenAt) <= asked.after);
  const lookAgain = async () => {
    const after = newestLook(environment);
    const answer = await run({ id: service, environment: environment.name });
    if (answer.ok) setAsked({ at: Date.now(), after });
  };
  return (
    <Section
      title="Targets"
      {...(mayLook && environment.targets.length > 0
        ? {
            aside: (
              <Button
                icon={<ScanSearch aria-hidden />}
                busy={(isBusy || isWaiting) && "A worker is looking"}
                onClick={() => void lookAgain()}
              >
                Look at them now
              </Button>
            ),
          }
        : {})}
    >
      {problem && <ProblemNotice problem={problem} />}
      {environment.targets.length === 0 ? (
        <EmptyState title="No target is registered">
          Without a target nothing can be rolled back here. An admin adds it where{" "}
          <Link href={`/services/${service}/edit`} className="link">
            what is registered
          </Link>{" "}
          is changed: the component, the adapter that reaches it, and its settings.
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {environment.targets.map((target) => (
            <li key={target.id} className="min-w-0 border-b border-line-faint pb-4">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
                <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
                  <span className="text-16 font-strong">{titled(target.component)}</span>
                  <span className="text-secondary">
                    through {adapters[target.adapter] ?? "an adapter that is not installed"}
                  </span>
                </p>
                <p className="flex flex-wrap items-center gap-x-2">
                  <StandingMark ok={target.seen && isWell(target.seen)} />
                  {target.seenAt && (
                    <span className="text-12 text-faint">
                      looked at <RelativeTime at={target.seenAt} />
                    </span>
                  )}
                </p>
              </div>
              <div className="grid gap-2 pt-2">
                {target.seen === null ? (
                  <p className="hatched rounded-1 px-3 py-2 text-state-unknown-text">
                    No worker has looked at it yet.
                  </p>
                ) : (
                  <>
                    <SeenTarget seen={target.seen} identity={target.identity} />
                    {mayLook && missingVersions(target.seen.history, known).length > 0 && (
                      <AddFound
                        service={service}
                        environment={environment.name}
                        found={missingVersions(target.seen.history, known)}
                        add={add}
                      />
                    )}
                  </>
                )}
                <TargetSettings target={target} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {environment.allow.length > 0 && (
        <p className="pt-3 text-secondary">
          The worker may reach{" "}
          {environment.allow.map((place, at) => (
            <span key={place}>
              {at > 0 && ", "}
              <Code>{place}</Code>
            </span>
          ))}
          , and nothing else.
        </p>
      )}
    </Section>
  );
}

function titled(component: string): string {
  const words = component.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function newestLook({ targets }: EnvironmentView): number {
  return Math.max(0, ...targets.map(({ seenAt }) => (seenAt === null ? 0 : Date.parse(seenAt))));
}

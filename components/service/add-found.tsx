"use client";

import { Plus } from "lucide-react";
import type { z } from "zod";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { Seen } from "#lib/domain/inspection.ts";
import { ReportDeployment, VersionName } from "#lib/domain/service.ts";

export type AddDeployment = Act<z.input<typeof ReportDeployment> & { service: string }, { id: string }>;
type Found = Seen["history"][number];

/** Versions with a time of their own that no deployment tells of yet: without one, an old version would look like the newest. */
export function missingVersions(history: readonly Found[], known: ReadonlySet<string>): Found[] {
  return history.filter(
    (one) => one.deployedAt !== null && !known.has(one.version) && VersionName.safeParse(one.version).success,
  );
}

/** Offers to take what the target tells of its past into the deployment history, oldest first. */
export function AddFound({
  service,
  environment,
  found,
  add,
}: {
  service: string;
  environment: string;
  found: readonly Found[];
  add: AddDeployment;
}) {
  const refresh = useRefresh();
  const toast = useToast();
  const { run, isBusy, problem } = useAct(add);
  const addAll = async () => {
    for (const { version, deployedAt, artifacts, detail } of found.toReversed()) {
      const named = Object.entries(artifacts).filter(([, value]) => value !== null);
      const answer = await run({
        service,
        environment,
        version,
        ...(deployedAt === null ? {} : { deployedAt }),
        ...(Object.fromEntries(named) as Partial<z.input<typeof ReportDeployment>>),
        notes: `Found at the target: ${detail}`.slice(0, 4000),
      });
      if (!answer.ok) break;
      toast({ tone: "ok", title: `${version} is in the history`, detail: "Now judge whether it is good." });
    }
    refresh();
  };
  return (
    <div className="grid gap-2 pt-1">
      <Button
        className="w-fit"
        icon={<Plus aria-hidden />}
        busy={isBusy && "Adding"}
        onClick={() => void addAll()}
      >
        {found.length === 1
          ? `Add ${found[0]?.version ?? ""} to the history`
          : `Add these ${found.length} to the history`}
      </Button>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}

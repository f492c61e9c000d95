"use client";

import { useQuery } from "@tanstack/react-query";
import { PlugZap, Plus } from "lucide-react";
import { useState } from "react";
import type { Act, Problem } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { fetchApi } from "#components/console/fetch-api.ts";
import { placeToAllow } from "#components/service/place-to-allow.ts";
import { StandingMark } from "#components/service/standing-mark.tsx";
import { SeenTarget } from "#components/service/seen-target.tsx";
import { Button } from "#components/ui/button.tsx";
import type { z } from "zod";
import type { FieldError } from "#lib/domain/errors.ts";
import { isWell } from "#lib/domain/inspection.ts";
import type { TrialTarget } from "#lib/domain/service.ts";
import type { InspectionView } from "#lib/domain/view.ts";

export type InspectTarget = Act<z.input<typeof TrialTarget>, { id: string }>;

/** Has a worker look at a target that is not registered yet, and shows what it saw. */
export function TestConnection({
  target,
  allow,
  inspect,
  onWrong,
  onAllow,
}: {
  target: unknown;
  allow: readonly string[];
  inspect: InspectTarget;
  /** What is wrong with its fields, by their paths within the target or below `allow`; empty when nothing is. */
  onWrong: (errors: readonly FieldError[]) => void;
  /** Adds a place to those that may be reached. */
  onAllow: (place: string) => void;
}) {
  const { run, isBusy, problem } = useAct(inspect);
  const [asked, setAsked] = useState<{ id: string; of: string } | null>(null);
  const of = JSON.stringify([target, allow]);
  const { data, error } = useQuery({
    queryKey: [`/inspections/${asked?.id ?? ""}`],
    queryFn: ({ signal }) => fetchApi<InspectionView>(`/inspections/${asked?.id ?? ""}`, signal),
    enabled: asked !== null,
    refetchInterval: ({ state }) => (state.data?.endedAt == null ? 500 : false),
    gcTime: 0,
  });
  const unlisted = placeToAllow(data?.seen?.fault ?? null, target);
  const isLooking = asked !== null && error === null && data?.endedAt == null;
  const test = async () => {
    const answer = await run({ ...(target as z.input<typeof TrialTarget>), allow: [...allow] });
    onWrong(answer.ok ? [] : ownErrors(answer.problem));
    if (answer.ok) setAsked({ id: answer.result.id, of });
  };
  return (
    <div className="grid gap-2 pt-1">
      <Button
        className="w-fit"
        icon={<PlugZap aria-hidden />}
        busy={(isBusy || isLooking) && "A worker is looking"}
        onClick={() => void test()}
      >
        Test connection
      </Button>
      {problem && ownErrors(problem).length === 0 && <ProblemNotice problem={problem} />}
      <div aria-live="polite" className="empty:hidden">
        {problem && ownErrors(problem).length > 0 && (
          <p className="text-state-danger-text">
            Nothing was asked: {ownErrors(problem).length === 1 ? "a field" : "some fields"} above{" "}
            {ownErrors(problem).length === 1 ? "was" : "were"} not right.
          </p>
        )}
        {error !== null && (
          <p className="text-state-danger-text">What was seen cannot be read just now: {error.message}</p>
        )}
        {data?.seen && !isLooking && problem === null && (
          <div className="grid gap-1 border-t border-line-faint pt-2">
            <StandingMark ok={isWell(data.seen)} />
            {asked?.of !== of && (
              <p className="text-12 text-faint">From before your last change. Test again to be sure.</p>
            )}
            <SeenTarget seen={data.seen} identity={data.seen.identity} />
            {unlisted !== null && !allow.includes(unlisted) && (
              <Button className="w-fit" icon={<Plus aria-hidden />} onClick={() => onAllow(unlisted)}>
                {`Add ${unlisted} to the reachable places`}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

const own = /^(?:adapter|component|settings|secrets|allow)\b/;

/** Errors that all stand at a field of the form; where one does not, the whole refusal is told instead. */
function ownErrors({ errors = [] }: Problem): readonly FieldError[] {
  return errors.every(({ path }) => own.test(path)) ? errors : [];
}

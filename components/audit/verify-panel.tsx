"use client";

import { useState, type ReactNode } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import type { Verification } from "#components/audit/audit-data.ts";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { Notice } from "#components/ui/notice.tsx";

export type Verify = Act<Record<string, never>, Verification>;

/** Checks the whole record and says in a sentence what was found. */
export function VerifyPanel({ verify, children }: { verify: Verify; children?: ReactNode }) {
  const { run, isBusy, problem } = useAct(verify);
  const [found, setFound] = useState<Verification | null>(null);
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button
          busy={isBusy && "Checking every entry"}
          onClick={() =>
            void run({}).then((answer) => {
              if (answer.ok) setFound(answer.result);
            })
          }
        >
          Verify the record
        </Button>
        {children}
      </div>
      {problem && <ProblemNotice problem={problem} />}
      {found && <Found found={found} />}
    </div>
  );
}

function Found({ found }: { found: Verification }) {
  const { entries, checkpoint } = found;
  const counted = entries === 1 ? "1 entry" : `${entries.toLocaleString("en")} entries`;
  if (!found.ok) {
    return (
      <Notice
        live
        tone="danger"
        title={
          found.firstBad === undefined
            ? "The record was tampered with"
            : `The record is broken at entry ${found.firstBad}`
        }
      >
        {found.problem?.message} The {counted} before it are as they were written. Keep this database as it
        is, and tell whoever answers for security.
      </Notice>
    );
  }
  if (checkpoint === null) {
    return (
      <Notice live tone="warn" title={`${counted} fit together, but none is signed yet`}>
        No checkpoint was found outside the database, so entries cut off at the end would not show. The worker
        signs one each second while it runs.
      </Notice>
    );
  }
  return (
    <Notice live tone="ok" title={`The record is whole: ${counted}`}>
      Signed up to entry <Code>{checkpoint.position}</Code> at <ExactTime at={checkpoint.at} form="date" />{" "}
      with the key <Code>{checkpoint.key}</Code>.
    </Notice>
  );
}

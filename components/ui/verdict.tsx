"use client";

import { clsx } from "clsx";
import { CircleHelp } from "lucide-react";
import type { ReactNode } from "react";
import { Countdown } from "#components/ui/countdown.tsx";
import { formatUtcClock, toInstant } from "#components/ui/format-time.ts";
import { stateWord } from "#components/ui/state.ts";
import { toneLook } from "#components/ui/tone.ts";
import type { Verdict as VerdictId } from "#lib/domain/incident.ts";

export type VerdictRow = {
  id: string;
  /** The rule in words: "Error rate above 5 % for 2 minutes". */
  rule: ReactNode;
  /** The facts that met it: "error rate 18.4 %". */
  because?: readonly string[];
  /** The row that decided stands first and heaviest. */
  isDecisive?: boolean;
};

type VerdictProps = {
  /** Null while the facts do not suffice. */
  verdict: VerdictId | null;
  deadline?: string | null;
  rows: readonly VerdictRow[];
  /** Facts that are not known and could change it. */
  missing?: readonly string[];
  /** Under the sentence, in one plain line. */
  why?: ReactNode;
  isOverridden?: boolean;
};

const sentences: Record<VerdictId, string> = {
  rollback: "Roll back now.",
  evaluate: "Evaluate before you act.",
  monitor: "Keep watching.",
  fix_forward: "Fix forward.",
  hotfix: "Ship a hotfix.",
};

/** One large sentence, and the rows of the matrix that made it. Live: it is announced when it changes. */
export function Verdict({ verdict, deadline, rows, missing = [], why, isOverridden = false }: VerdictProps) {
  const due = toInstant(deadline);
  const state = verdict === null ? null : stateWord("verdict", verdict);
  const look = toneLook[state?.tone ?? "unknown"];
  const Icon = state?.icon ?? CircleHelp;
  return (
    <div role="group" aria-label="Verdict" className={clsx("border-l-4 pl-4 sm:pl-5", look.line)}>
      <div aria-live="polite" aria-atomic>
        <p className={clsx("flex items-start gap-2.5 text-28 font-strong text-balance", look.text)}>
          <Icon aria-hidden className="mt-1 size-7 shrink-0" strokeWidth={2} />
          <span className="min-w-0">
            {verdict === null ? "Not enough is known yet." : sentences[verdict]}
            {due !== null && <span className="block"> Decide before {formatUtcClock(due, false)} UTC.</span>}
          </span>
        </p>
        {(why ?? isOverridden) && (
          <p className="max-w-2xl pt-1 text-16 text-secondary">
            {isOverridden && "A person decided otherwise than the matrix. "}
            {why}
          </p>
        )}
      </div>
      {due !== null && (
        <p className="pt-1 text-secondary">
          Time left to decide: <Countdown to={due} warnSeconds={60} overWord="overdue by" />
        </p>
      )}
      {rows.length > 0 && (
        <ul className="@container mt-3 border-t border-line-soft">
          {rows.map((row) => (
            <li
              key={row.id}
              className="grid gap-x-4 border-b border-line-faint py-row @min-[30rem]:grid-cols-[11rem_1fr] @min-[44rem]:grid-cols-[15rem_1fr]"
            >
              <span
                className={clsx(
                  "figures text-12 leading-5 break-words",
                  row.isDecisive ? "text-primary" : "text-faint",
                )}
              >
                {row.id}
              </span>
              <span className="min-w-0">
                <span className={row.isDecisive ? "font-strong" : ""}>{row.rule}</span>
                {row.isDecisive && <span className="text-faint"> (decides)</span>}
                {row.because && row.because.length > 0 && (
                  <span className="block text-secondary">{row.because.join(" · ")}</span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <p className="hatched mt-3 rounded-1 px-3 py-2 text-state-unknown-text">
          Not known, and could change it: {missing.join(", ")}.
        </p>
      )}
    </div>
  );
}

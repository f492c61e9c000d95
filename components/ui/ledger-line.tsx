import { clsx } from "clsx";
import { Eye, OctagonX, Undo2, Wrench, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { CommandBlock } from "#components/ui/command-block.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { stateWord } from "#components/ui/state.ts";
import { toneLook } from "#components/ui/tone.ts";
import type { StepState } from "#lib/domain/rollback.ts";

export type LedgerStep = {
  key: string;
  title: string;
  /** What it touches and through what: "code · http-blue-green". */
  where: string;
  command: string;
  mutating: boolean;
  reversibility: "reversible" | "compensable" | "irreversible";
  limitSeconds: number;
  /** What stands above the line: whose turn begins, and what is waited for. */
  lead?: ReactNode;
  /** Present once the plan runs. */
  live?: {
    state: StepState;
    /** All is over, and this was not run. */
    isLeft?: boolean;
    startedAt?: string | null;
    finishedAt?: string | null;
    /** `of` only where their number is fixed. */
    attempt?: { number: number; of?: number } | null;
    nextRetryAt?: string | null;
    /** What happened, in one sentence: the fault, the evidence, who skipped it and why. */
    note?: ReactNode;
    output?: string | null;
  };
  /** Folds command and note away under these words, for a line that is over or yet to come. */
  fold?: string;
  /** Buttons or a menu for this step. */
  actions?: ReactNode;
};

const reversibilityWord: Record<
  "looks" | LedgerStep["reversibility"],
  { icon: LucideIcon; word: string; look: string }
> = {
  looks: { icon: Eye, word: "Only looks", look: "text-faint" },
  reversible: { icon: Undo2, word: "Can be undone", look: "text-secondary" },
  compensable: { icon: Wrench, word: "Undone another way", look: "text-state-warn-text" },
  irreversible: { icon: OctagonX, word: "Cannot be undone", look: "text-state-danger-text font-strong" },
};

/** One line of the ledger. */
export function LedgerLine({
  step,
  number,
  isLive,
  before,
}: {
  step: LedgerStep;
  number: number;
  isLive: boolean;
  before: ReactNode;
}) {
  const { icon: Icon, word, look } = reversibilityWord[step.mutating ? step.reversibility : "looks"];
  const state = step.live?.state;
  const isOn = state === "running" || state === "waiting_retry" || state === "failed" || state === "unknown";
  const tone = state === undefined ? "neutral" : stateWord("step", state).tone;
  return (
    <li id={`step-${step.key}`} data-step-state={state}>
      {step.lead}
      {before}
      <div
        className={clsx(
          "relative grid grid-cols-[2.5rem_1fr] gap-y-1.5 border-b border-line-faint py-2.5",
          isLive ? "lg:grid-cols-[2.5rem_1fr_10rem_4rem_10rem]" : "md:grid-cols-[2.5rem_1fr_10rem_4rem]",
          isOn && toneLook[tone].wash,
        )}
      >
        {isOn && <span aria-hidden className={clsx("absolute inset-y-0 left-0 w-1", toneLook[tone].fill)} />}
        <span className={clsx("figures pl-0 text-16 leading-6", isOn ? "pl-2.5 text-primary" : "text-faint")}>
          {number}
        </span>
        <div className="min-w-0 pr-3">
          <p
            className={clsx(
              "text-16 font-medium",
              (state === "skipped" || state === "pending") && "text-secondary",
            )}
          >
            {step.title}
          </p>
          <p className="text-12 text-faint">{step.where}</p>
        </div>
        <div
          className={clsx(
            "flex flex-wrap items-center gap-x-4 max-lg:col-start-2",
            isLive ? "lg:contents" : "md:contents",
          )}
        >
          <span
            className={clsx("flex items-center gap-1.5 self-start text-12 leading-6 whitespace-nowrap", look)}
          >
            <Icon aria-hidden className="size-3.5 shrink-0" />
            {word}
          </span>
          <span
            className={clsx(
              "figures text-12 leading-6 text-secondary",
              isLive ? "lg:text-right" : "md:text-right",
            )}
          >
            <span className={clsx("font-sans text-faint", isLive ? "lg:sr-only" : "md:sr-only")}>
              at most{" "}
            </span>
            {formatLimit(step.limitSeconds)}
          </span>
          {isLive && (
            <div className="flex flex-wrap items-center gap-x-2 self-start lg:flex-col lg:items-end lg:pr-2 lg:text-right lg:leading-6">
              {state !== undefined &&
                (step.live?.isLeft ? (
                  <span className="text-12 text-faint">Not run</span>
                ) : (
                  <StateBadge kind="step" state={state} size={isOn ? "normal" : "quiet"} />
                ))}
              <StepTiming step={step} />
            </div>
          )}
        </div>
        <div className={clsx("col-start-2 min-w-0 pr-1", isLive ? "lg:col-end-[-1]" : "md:col-end-[-1]")}>
          {step.fold === undefined ? (
            <Detail step={step} number={number} />
          ) : (
            <details>
              <summary className="w-fit cursor-pointer py-0.5 text-12 text-faint hover:text-primary pointer-coarse:py-3">
                {step.fold}
              </summary>
              <Detail step={step} number={number} />
            </details>
          )}
          {step.actions && <div className="flex flex-wrap gap-2 pt-2">{step.actions}</div>}
        </div>
      </div>
    </li>
  );
}

function Detail({ step, number }: { step: LedgerStep; number: number }) {
  return (
    <>
      <CommandBlock
        command={step.command}
        output={step.live?.output ?? null}
        label={`command of step ${number}`}
        quiet
      />
      {step.live?.note && <div className="max-w-2xl pt-1.5 text-14">{step.live.note}</div>}
    </>
  );
}

function StepTiming({ step }: { step: LedgerStep }) {
  const live = step.live;
  if (!live?.startedAt) return null;
  return (
    <span className="text-12 text-secondary">
      {live.attempt &&
        live.attempt.number > 1 &&
        `attempt ${live.attempt.number}${live.attempt.of === undefined ? "" : ` of ${live.attempt.of}`}, `}
      {live.state === "waiting_retry" && live.nextRetryAt ? (
        <>
          next in <Countdown to={live.nextRetryAt} quiet overWord="due for" />
        </>
      ) : (
        <Elapsed since={live.startedAt} until={live.finishedAt ?? null} />
      )}
    </span>
  );
}

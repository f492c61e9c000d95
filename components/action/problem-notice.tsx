import Link from "next/link";
import type { ReactNode } from "react";
import type { Problem } from "#components/action/answer.ts";
import { ErrorState } from "#components/ui/error-state.tsx";

type Advice = { untouched: string; next: ReactNode };

const nothing = "Everything. The system refused before it changed anything.";

const advice: Partial<Record<Problem["code"], Advice>> = {
  SELF_APPROVAL: {
    untouched: "The plan. It waits for somebody else as before.",
    next: "Ask another approver. The address of this page is all they need.",
  },
  PLAN_STALE: {
    untouched: "The targets. Nothing was approved or started.",
    next: "Read the new plan, then decide on that one.",
  },
  APPROVAL_EXPIRED: {
    untouched: "The targets. Nothing was started.",
    next: "Whoever started it submits the plan again; then it can be approved.",
  },
  ROLE_REVOKED: {
    untouched: "The targets. Nothing was started.",
    next: "Somebody whose role holds has to start or approve it.",
  },
  UNAUTHENTICATED: {
    untouched: "Everything, and what you typed is still here.",
    next: (
      <>
        <Link href="/sign-in" target="_blank" className="link">
          Sign in in another tab
        </Link>
        , then press again here.
      </>
    ),
  },
  FORBIDDEN: { untouched: nothing, next: "Ask an admin for the role, or somebody who has it to do this." },
  THROTTLED: { untouched: nothing, next: "Wait a minute, then press again." },
  AUDIT_UNAVAILABLE: {
    untouched: "Everything. What cannot be recorded is not done.",
    next: "Press again in a moment.",
  },
  WRONG_STATE: {
    untouched: nothing,
    next: "It does not stand as this page shows. Reload to see how it stands now.",
  },
  LAST_ADMIN: { untouched: nothing, next: "Make somebody else an admin first." },
  CHECKLIST_OPEN: {
    untouched: nothing,
    next: "Tick what is open in the checklist, or do what stands beside a check that failed; then press again.",
  },
  DUPLICATE: { untouched: nothing, next: "Choose another name, or open what is there already." },
  LOCKED: { untouched: nothing, next: "Finish or cancel the rollback that is active here first." },
  UNREACHABLE: {
    untouched: "Not known. It was done once or not at all.",
    next: "Check the connection, then press again.",
  },
  BROKEN: {
    untouched: "Not known.",
    next: "Press again; if it stays broken, give the reference to an admin.",
  },
};

/** Why it was not done: what happened, what was not touched, what to do next. */
export function ProblemNotice({ problem, action }: { problem: Problem; action?: ReactNode }) {
  const { untouched, next } = advice[problem.code] ?? {
    untouched: nothing,
    next: "Change what it names, then press again.",
  };
  return (
    <ErrorState
      happened={`${problem.title}. ${problem.code === "UNREACHABLE" || problem.detail === problem.title ? "" : problem.detail}`.trim()}
      untouched={untouched}
      next={next}
      reference={problem.instance ?? problem.code}
      {...(action === undefined ? {} : { action })}
    />
  );
}

import type { Problem } from "#components/action/answer.ts";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";

/** One rollback at a time: names the other one and leads to it. */
export function LockedNotice({
  problem,
  lockedBy,
}: {
  problem: Problem | null;
  lockedBy: { number: string; state: string } | null;
}) {
  const number = lockedBy?.number ?? textOf(problem?.["number"]);
  const state = lockedBy?.state ?? textOf(problem?.["state"]);
  return (
    <Notice
      live
      tone="warn"
      title={number ? `${number} is already active here` : "Another rollback is already active here"}
      action={
        <LinkButton href={number ? `/rollbacks/${number}` : "/rollbacks"}>
          Open {number ?? "rollbacks"}
        </LinkButton>
      }
    >
      <p>
        One rollback at a time changes a service in an environment. Carry that one on, or cancel it; what you
        chose here stays.
      </p>
      {state && (
        <p className="pt-1">
          <StateBadge kind="rollback" state={state} size="quiet" />
        </p>
      )}
    </Notice>
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

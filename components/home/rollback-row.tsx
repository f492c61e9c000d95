import { clsx } from "clsx";
import Link from "next/link";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { RollbackSummary } from "#lib/domain/view.ts";
import { VersionWay } from "#components/approval/version-way.tsx";

/** A rollback under way, in two lines. */
export function RollbackRow({ rollback, isGone }: { rollback: RollbackSummary; isGone: boolean }) {
  return (
    <li
      className={clsx(
        "relative flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line-faint py-2.5 hover:bg-surface-panel lg:grid lg:grid-cols-[9.5rem_minmax(0,3fr)_minmax(0,3fr)_minmax(0,2fr)]",
        isGone && "opacity-60",
      )}
    >
      <StateBadge kind="rollback" state={rollback.state} />
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          href={`/rollbacks/${rollback.number}`}
          className="min-w-0 text-16 font-strong break-words after:absolute after:inset-0"
        >
          {rollback.serviceName}
        </Link>
        <EnvironmentMark
          quiet
          environment={{ name: rollback.environment, isProtected: rollback.protected }}
          isDrill={rollback.drill}
        />
      </span>
      <VersionWay from={rollback.from} to={rollback.to} />
      <span className="flex flex-wrap items-baseline gap-x-3 text-secondary lg:justify-end">
        <span>{rollback.initiator.name}</span>
        <span className="figures text-12">{rollback.number}</span>
        <Elapsed since={rollback.startedAt ?? rollback.createdAt} />
      </span>
    </li>
  );
}

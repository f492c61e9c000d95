import { clsx } from "clsx";
import Link from "next/link";
import { AskingClocks } from "#components/approval/asking-clocks.tsx";
import { VersionWay } from "#components/approval/version-way.tsx";
import type { InboxItem } from "#components/console/open-work.ts";
import { Countdown } from "#components/ui/countdown.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";

/** One plan in the inbox: what would happen to what, who asks, and how long the question stands. */
export function ApprovalRow({ item, isGone }: { item: InboxItem; isGone: boolean }) {
  const isWaiting = item.state === "awaiting_approval";
  return (
    <li
      className={clsx(
        "relative grid gap-x-6 gap-y-1.5 border-b border-line-faint py-3 hover:bg-surface-panel sm:grid-cols-[minmax(0,1fr)_auto]",
        isGone && "opacity-60",
      )}
    >
      <div className="grid min-w-0 gap-1.5">
        <Link
          href={`/approvals/${item.number}`}
          className="text-16 font-strong break-words after:absolute after:inset-0"
        >
          {`Roll back ${item.serviceName}`}
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EnvironmentMark
            environment={{ name: item.environment, isProtected: item.protected }}
            isDrill={item.drill}
          />
          <VersionWay from={item.from} to={item.to} />
        </div>
        <p className="line-clamp-2 max-w-3xl text-secondary">
          {item.initiator.name}: {item.reason}
        </p>
        {isWaiting && item.whyNot !== null && <p className="text-12 text-faint">{item.whyNot}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 self-center sm:grid sm:justify-items-end sm:text-right">
        <StateBadge kind="rollback" state={item.state} />
        {isWaiting && item.expiresAt !== null && (
          <span className="text-secondary">
            <Countdown to={item.expiresAt} warnSeconds={300} overWord="expired" />
            <span className="text-12 text-faint"> left</span>
          </span>
        )}
        {isWaiting && (
          <span className="text-12 text-secondary">
            <AskingClocks approvals={item} />
            {item.emergencyOffered && "Nobody decided: emergency offered"}
          </span>
        )}
        <span className="text-12 text-faint">
          <span className="figures">{item.number}</span>
          {isWaiting ? `, ${item.given} of ${item.required} approved` : ", "}
          {!isWaiting && <RelativeWords at={item.endedAt ?? item.startedAt ?? item.createdAt} />}
        </span>
      </div>
    </li>
  );
}

import { clsx } from "clsx";
import Link from "next/link";
import { Countdown } from "#components/ui/countdown.tsx";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { stateWord } from "#components/ui/state.ts";
import { toneLook } from "#components/ui/tone.ts";
import type { IncidentSummary, RollbackSummary } from "#lib/domain/view.ts";

const stillDeciding = new Set(["detected", "acknowledged", "deciding"]);

/** An open incident as home shows it: how bad, what, where, who drives, how long already, and what is due next. */
export function IncidentRow({
  incident,
  rollback,
  isGone,
}: {
  incident: IncidentSummary;
  rollback: RollbackSummary | null;
  isGone: boolean;
}) {
  const { tone } = stateWord("incident", incident.state);
  const deadline = stillDeciding.has(incident.state) ? incident.decideBy : null;
  return (
    <li
      className={clsx(
        "relative grid gap-x-6 gap-y-2 border-b border-line-faint py-3 pl-4 hover:bg-surface-panel sm:grid-cols-[minmax(0,1fr)_auto]",
        isGone && "opacity-60",
      )}
    >
      <span aria-hidden className={clsx("absolute inset-y-0 left-0 w-1", toneLook[tone].fill)} />
      <div className="grid min-w-0 gap-1.5">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <SeverityBadge severity={incident.severity} />
          <StateBadge kind="incident" state={incident.state} />
          <EnvironmentMark environment={{ name: incident.environment, isProtected: incident.protected }} />
        </div>
        <Link
          href={`/incidents/${incident.number}`}
          className="line-clamp-3 text-20 font-strong break-words after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-line-focus"
        >
          {incident.title}
        </Link>
        <p className="text-secondary">
          <span className="figures text-12">{incident.number}</span>
          {" · "}
          {incident.serviceName}
          {" · "}
          {incident.commander ? (
            `${incident.commander.name} commands`
          ) : (
            <span className="font-strong text-state-warn-text">Nobody commands it</span>
          )}
          {isGone && " · no longer open"}
        </p>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 self-center sm:grid sm:w-44 sm:justify-items-end sm:gap-y-1.5 sm:text-right">
        <div>
          <dt className="text-12 text-faint">Open for</dt>
          <dd className="text-20">
            <Elapsed since={incident.detectedAt} />
          </dd>
        </div>
        {deadline !== null && (
          <div>
            <dt className="text-12 text-faint">Left to decide</dt>
            <dd className="text-20 font-strong">
              <Countdown to={deadline} warnSeconds={300} overWord="over by" />
            </dd>
          </div>
        )}
        {deadline === null && rollback !== null && (
          <div className="relative z-1">
            <dt className="text-12 text-faint">Rollback</dt>
            <dd>
              <Link href={`/rollbacks/${rollback.number}`} className="link figures">
                {rollback.number}
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}

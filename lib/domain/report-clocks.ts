import type { Severity } from "#lib/domain/incident.ts";
import type { Objective } from "#lib/domain/playbook.ts";

/** The moments that clocks run between, as RFC 3339; null: not reached, or not known. */
export type Moments = {
  detectedAt: string | null;
  acknowledgedAt: string | null;
  decidedAt: string | null;
  rollbackStartedAt: string | null;
  rolledBackAt: string | null;
  recoveredAt: string | null;
};

/** A playbook, or its part that sets targets. */
type Objectives = { objectives?: readonly Objective[] };

export type ClockReading = {
  id: Objective["clock"];
  title: string;
  /** null: it has not ended. */
  seconds: number | null;
  /** The team's own target for this severity; the time is to stay below it. */
  target: { seconds: number; title: string } | null;
  /** null: not ended, or no target. */
  met: boolean | null;
};

/** The four clocks of an incident against the objectives of its playbook. Pure. */
export function readClocks(
  moments: Moments,
  playbook: Objectives | null,
  severity: Severity | null,
): ClockReading[] {
  const { detectedAt, acknowledgedAt, decidedAt, rollbackStartedAt, rolledBackAt, recoveredAt } = moments;
  const spans = [
    { id: "detect", title: "Detection to acknowledgement", from: detectedAt, to: acknowledgedAt },
    { id: "decide", title: "Acknowledgement to decision", from: acknowledgedAt ?? detectedAt, to: decidedAt },
    {
      id: "roll_back",
      title: "Decision to rollback complete",
      from: decidedAt ?? rollbackStartedAt,
      to: rolledBackAt,
    },
    { id: "recover", title: "Detection to recovery", from: detectedAt ?? rollbackStartedAt, to: recoveredAt },
  ] as const;
  return spans.map(({ id, title, from, to }) => {
    const seconds = from === null || to === null ? null : secondsBetween(from, to);
    const target = targetOf(playbook, id, severity);
    const met = seconds === null || target === null ? null : seconds < target.seconds;
    return { id, title, seconds, target, met };
  });
}

function targetOf(
  playbook: Objectives | null,
  clock: Objective["clock"],
  severity: Severity | null,
): ClockReading["target"] {
  const objectives = (playbook?.objectives ?? []).filter((one) => one.clock === clock);
  const own = objectives.find((one) => severity !== null && one.severities?.includes(severity));
  const found = own ?? objectives.find((one) => one.severities === undefined);
  return found ? { seconds: found.seconds, title: found.title } : null;
}

export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

import type { IncidentClock } from "#components/ui/clock-row.tsx";
import type { Severity } from "#lib/domain/incident.ts";
import { readClocks, type ClockReading, type Moments } from "#lib/domain/report-clocks.ts";
import type { Objective } from "#lib/domain/playbook.ts";
import type { IncidentView, RollbackSummary } from "#lib/domain/view.ts";

type ClockIncident = Pick<
  IncidentView,
  "severity" | "detectedAt" | "acknowledgedAt" | "decidedAt" | "recoveredAt"
> & { rollbacks: readonly Pick<RollbackSummary, "startedAt" | "endedAt" | "outcome" | "drill">[] };

const labels: Record<ClockReading["id"], string> = {
  detect: "Detect",
  decide: "Decide",
  roll_back: "Roll back",
  recover: "Recover",
};

/** The four clocks as they run: the same spans as in the report, each against the playbook's objective. Pure. */
export function incidentClocks(incident: ClockIncident, objectives: readonly Objective[]): IncidentClock[] {
  const { detectedAt, acknowledgedAt, decidedAt, recoveredAt } = incident;
  const real = incident.rollbacks.filter((one) => !one.drill);
  const succeeded = real.find((one) => one.outcome === "succeeded");
  const started = real.find((one) => one.startedAt !== null)?.startedAt ?? null;
  const moments: Moments = {
    detectedAt,
    acknowledgedAt,
    decidedAt,
    rollbackStartedAt: started,
    rolledBackAt: succeeded?.endedAt ?? null,
    recoveredAt,
  };
  const targets = targetsOf(objectives, incident.severity);
  const clock = (
    key: ClockReading["id"],
    startedAt: string | null,
    finishedAt: string | null,
  ): IncidentClock => ({
    key,
    label: labels[key],
    targetSeconds: targets[key],
    startedAt,
    finishedAt,
    // Over without having been stopped: how long it took is not known.
    isUnknown: startedAt !== null && finishedAt === null && recoveredAt !== null && key !== "recover",
  });
  const decideFrom = acknowledgedAt ?? null;
  return [
    clock("detect", moments.detectedAt, acknowledgedAt),
    clock("decide", decideFrom, decidedAt),
    clock("roll_back", decidedAt ?? started, moments.rolledBackAt),
    clock("recover", detectedAt, recoveredAt),
  ];
}

const nothing: Moments = {
  detectedAt: null,
  acknowledgedAt: null,
  decidedAt: null,
  rollbackStartedAt: null,
  rolledBackAt: null,
  recoveredAt: null,
};

function targetsOf(
  objectives: readonly Objective[],
  severity: Severity,
): Record<ClockReading["id"], number | null> {
  const read = readClocks(nothing, { objectives }, severity);
  const seconds = (id: ClockReading["id"]) => read.find((one) => one.id === id)?.target?.seconds ?? null;
  return {
    detect: seconds("detect"),
    decide: seconds("decide"),
    roll_back: seconds("roll_back"),
    recover: seconds("recover"),
  };
}

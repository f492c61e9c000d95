import type { Rung } from "#components/ui/ladder-path.ts";
import { offeredTargets, type HistoryRow } from "#lib/domain/known-good.ts";
import type { Artifacts } from "#lib/domain/service.ts";
import type { DeploymentView, PinView } from "#lib/domain/view.ts";

const artifacts = [
  { key: "commit", title: "Commit" },
  { key: "imageDigest", title: "Image" },
  { key: "configurationRevision", title: "Configuration" },
  { key: "migrationHead", title: "Migration" },
  { key: "backup", title: "Backup" },
] as const satisfies readonly { key: keyof Artifacts; title: string }[];

export type Target = { version: string; deployment: DeploymentView };

/** The history as a ladder, one rung for each version, with those that may be chosen and why the others may not. */
export function ladderOf(
  deployments: readonly DeploymentView[],
  pins: readonly PinView[],
): { rungs: Rung[]; targets: Target[]; default: string | null; running: DeploymentView | null } {
  const running = deployments.find((row) => row.current) ?? null;
  const offered = offeredTargets({
    deployments: deployments.map(historyRow),
    pinned: pins.map((pin) => pin.version),
    current: running?.version ?? null,
  });
  const targets = offered.offered.flatMap(({ id, version }) => {
    const deployment = deployments.find((row) => row.id === id);
    return deployment ? [{ version, deployment }] : [];
  });
  const shown = firstOfEach(deployments).map(
    (row) => targets.find((target) => target.version === row.version)?.deployment ?? row,
  );
  return {
    rungs: shown.map((row) => ({
      id: row.id,
      version: row.version,
      deployedAt: row.deployedAt,
      by: row.deployedBy,
      strategy: row.strategy,
      isRunning: row.id === running?.id,
      isKnownGood: row.knownGood === true,
      knownGoodBecause: row.knownGoodReason,
      quarantine: pins.find((pin) => pin.version === row.version)?.reason ?? null,
      brought: broughtBy(row, deployments[deployments.indexOf(row) + 1]),
      unavailable:
        row.id === running?.id
          ? null
          : (offered.withheld.find((one) => one.version === row.version)?.message ?? null),
    })),
    targets,
    default: offered.default,
    running,
  };
}

/** The newest row of each version; rows come newest first. */
function firstOfEach(deployments: readonly DeploymentView[]): DeploymentView[] {
  return deployments.filter(
    (row, index) => deployments.findIndex((one) => one.version === row.version) === index,
  );
}

function historyRow(row: DeploymentView): HistoryRow {
  return { ...row, deployedAt: new Date(row.deployedAt) };
}

/** What a release brought beside its code: what going below it leaves behind. */
function broughtBy(row: DeploymentView, below: DeploymentView | undefined): string[] {
  if (!below) return [];
  return [
    ...(changed(row, below, "migrationHead") ? [`migration ${row.migrationHead ?? ""}`] : []),
    ...(changed(row, below, "configurationRevision")
      ? [`configuration ${row.configurationRevision ?? ""}`]
      : []),
    ...(changed(row, below, "imageDigest") ? ["another image"] : []),
  ];
}

function changed(row: DeploymentView, below: DeploymentView, key: keyof Artifacts): boolean {
  return row[key] !== null && row[key] !== below[key];
}

/** The versions that were deployed after the one gone back to, newest first, each once: what they brought goes. */
export function leftBehind(deployments: readonly DeploymentView[], to: DeploymentView): string[] {
  const later = deployments.filter((row) => row.deployedAt > to.deployedAt && row.version !== to.version);
  return [...new Set(later.map((row) => row.version))];
}

export type Difference = { title: string; from: string | null; to: string | null; isSame: boolean };

/** What is recorded of both versions, side by side; what neither names is left out. */
export function differences(from: DeploymentView | null, to: DeploymentView): Difference[] {
  return artifacts.flatMap(({ key, title }) => {
    const [before, after] = [from?.[key] ?? null, to[key]];
    return before === null && after === null
      ? []
      : [{ title, from: before, to: after, isSame: before === after }];
  });
}

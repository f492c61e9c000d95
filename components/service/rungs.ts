import type { Rung } from "#components/ui/ladder-path.ts";
import type { DeploymentView, PinView } from "#lib/domain/view.ts";

/** Deployments, newest first, as rungs of the ladder. */
export function rungsOf(deployments: readonly DeploymentView[], pins: readonly PinView[]): Rung[] {
  return deployments.map((one, at) => ({
    id: one.id,
    version: one.version,
    deployedAt: one.deployedAt,
    by: one.deployedBy,
    strategy: one.strategy,
    isRunning: one.current,
    isKnownGood: one.knownGood === true,
    knownGoodBecause: one.knownGood === null ? one.notes : (one.knownGoodReason ?? one.notes),
    quarantine: one.pinned
      ? (pins.find((pin) => pin.version === one.version && pin.environment === one.environment)?.reason ??
        "No reason was kept")
      : null,
    brought: brought(one, deployments[at + 1]),
  }));
}

/** What this release changed besides its code, by comparison with the one before; unknown counts as unchanged. */
function brought(one: DeploymentView, before: DeploymentView | undefined): string[] {
  if (before === undefined) return [];
  const { migrationHead, configurationRevision } = one;
  return [
    ...(migrationHead !== null && before.migrationHead !== null && migrationHead !== before.migrationHead
      ? [`schema ${migrationHead}`]
      : []),
    ...(configurationRevision !== null &&
    before.configurationRevision !== null &&
    configurationRevision !== before.configurationRevision
      ? [`configuration ${configurationRevision}`]
      : []),
  ];
}

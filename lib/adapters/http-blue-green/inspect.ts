import type { AdapterContext, FoundVersion, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/http-blue-green/schema.ts";
import { readStatus, shown } from "#lib/adapters/http-blue-green/target.ts";

/** What the target tells of itself: both environments, and its deployments. Throws Fault when it cannot be read. */
export async function inspect(ctx: AdapterContext<Settings>): Promise<Inspection> {
  const { current, idle, history } = await readStatus(ctx);
  const deployedAt = (version: string, environment: string): string | null => {
    const entry = history.findLast((one) => one.version === version && one.environment === environment);
    const time = Date.parse(entry?.at ?? "");
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  };
  const found = (version: string, environment: string): FoundVersion => ({
    version,
    deployedAt: deployedAt(version, environment),
    artifacts: {},
    detail: environment,
  });
  const places = [current, ...(idle === null ? [] : [idle])];
  const known = [
    ...places.map(({ version, environment }) => ({ version, environment })),
    ...history.toReversed(),
  ].flatMap(({ version, environment }) => (version === null ? [] : [{ version, environment }]));
  const distinct = known.filter(
    (one, at) =>
      known.findIndex((other) => other.version === one.version && other.environment === one.environment) ===
      at,
  );
  return {
    tools: [],
    evidence: [
      evidence("Environment that serves", true, `${shown(current)}.`),
      evidence(
        "Idle environment",
        idle !== null && idle.isHealthy !== false,
        idle === null
          ? "It is not shown: a switch could not be planned."
          : `${shown(idle)}${idle.isHealthy === false ? ", not healthy" : ""}.`,
      ),
    ],
    current: current.version === null ? null : found(current.version, current.environment),
    history: distinct.map(({ version, environment }) => found(version, environment)),
  };
}

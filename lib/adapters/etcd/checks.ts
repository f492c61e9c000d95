import { checkExecutor } from "#lib/adapters/check-executor.ts";
import { openEtcd } from "#lib/adapters/etcd/client.ts";
import { changesBetween } from "#lib/adapters/etcd/compare-states.ts";
import { describeChanges } from "#lib/adapters/etcd/describe-changes.ts";
import { readPrefix } from "#lib/adapters/etcd/prefix.ts";
import { sameState } from "#lib/adapters/etcd/restore.ts";
import type { Nothing, Settings, Wanted } from "#lib/adapters/etcd/schema.ts";
import { findSigned } from "#lib/adapters/etcd/wanted-state.ts";
import { evidence } from "#lib/adapters/evidence.ts";

/** Names the revision that brings everything under the prefix back to what it is now. */
export const recordExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const { revision, entries } = await readPrefix(openEtcd(ctx));
  return [
    evidence(
      "Configuration now",
      true,
      `${ctx.settings.prefix} has ${entries.size} keys at revision ${revision}, which the cluster keeps until it is compacted.`,
    ),
  ];
});

/** The configuration to go back to can be had and is the one that was signed; shows what it would change. */
export const confirmExecutor = checkExecutor<Settings, Wanted>(async (ctx, desired) => {
  const etcd = openEtcd(ctx);
  const { state, from } = await findSigned(etcd, desired);
  const changes = changesBetween(await readPrefix(etcd), state, desired.leased);
  return [
    evidence("Stored configuration", true, `${from} has the hash ${desired.sha256.slice(0, 12)}, as signed.`),
    evidence("Difference", true, `${describeChanges({ changes, plain: {} })}. Values are not shown.`),
  ];
});

export const stateExecutor = checkExecutor<Settings, Wanted>(async (ctx, desired) => [
  await sameState(ctx, desired),
]);

import { createHash } from "node:crypto";
import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { openEtcd } from "#lib/adapters/etcd/client.ts";
import { changesBetween, leasedKeys, plainValues } from "#lib/adapters/etcd/compare-states.ts";
import { describeChanges } from "#lib/adapters/etcd/describe-changes.ts";
import { snapshotText } from "#lib/adapters/etcd/keep.ts";
import type { Kept } from "#lib/adapters/etcd/keep.ts";
import { modHash, readPrefix, stateHash } from "#lib/adapters/etcd/prefix.ts";
import type { Observed } from "#lib/adapters/etcd/restore.ts";
import { transactionsOf } from "#lib/adapters/etcd/transactions.ts";
import type { Keep, Restore, Settings, Wanted } from "#lib/adapters/etcd/schema.ts";
import { findWanted } from "#lib/adapters/etcd/wanted-state.ts";
import { revisionOf, safeName } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
const mostChanges = 2000;

export async function planRestore(ctx: Context, request: PlanRequest): Promise<Planned<Restore, Observed>> {
  const { prefix, plainKeys } = ctx.settings;
  const revision = revisionOf(request);
  const etcd = openEtcd(ctx);
  const { state: wanted } = await findWanted(etcd, revision);
  const now = await readPrefix(etcd);
  const leased = leasedKeys(now, wanted);
  const changes = changesBetween(now, wanted, leased);
  if (changes.length > mostChanges)
    throw new Fault(
      "permanent",
      "TOO_MANY_CHANGES",
      `${changes.length} keys under ${prefix} differ from ${revision}; nobody could sign more than ${mostChanges}.`,
      "Check the prefix and the revision. Split the prefix into several targets, if that is meant.",
    );
  const desired: Restore = {
    revision,
    sha256: stateHash(wanted, leased),
    leased,
    changes,
    plain: plainValues(changes, now, wanted, plainKeys),
  };
  const count = transactionsOf(changes, wanted, ctx.settings.maxOperations).length;
  return {
    title:
      changes.length === 0
        ? `${prefix} is as at ${revision} already`
        : `Restore ${prefix} as at ${revision}${count > 1 ? `, in ${count} transactions` : ""}. ${describeChanges(desired)}`,
    desired,
    observed: { sha256: stateHash(now, leased), modSha256: modHash(now, leased) },
    notReverted:
      leased.length === 0
        ? []
        : [
            {
              what: `Keys with a lease under ${prefix}: ${leased.slice(0, 20).join(", ")}${leased.length > 20 ? ` and ${leased.length - 20} more` : ""}`,
              why: "They belong to whoever keeps the lease alive, and go with it.",
            },
          ],
  };
}

export async function planVerify(ctx: Context, request: PlanRequest): Promise<Wanted> {
  const { revision, sha256, leased } = (await planRestore(ctx, request)).desired;
  return { revision, sha256, leased };
}

/** Null: no folder to keep it in; what the cluster keeps by itself has to do. */
export async function planKeep(ctx: Context, request: PlanRequest): Promise<Planned<Keep, Kept> | null> {
  if (ctx.settings.snapshotFolder === undefined) return null;
  const now = await readPrefix(openEtcd(ctx));
  const file = `before-${safeName(request.rollback, "rollback")}-${now.revision}.json`;
  const sha256 = createHash("sha256").update(snapshotText(now)).digest("hex");
  return {
    title: `Keep ${ctx.settings.prefix} as it is now (revision ${now.revision}) as ${file}`,
    desired: { file, revision: now.revision, sha256 },
    observed: { sha256: null },
  };
}

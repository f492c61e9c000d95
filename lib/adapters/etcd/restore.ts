import { z } from "zod";
import type { AdapterContext, Evidence, Executor, Receipt } from "#lib/adapters/contract.ts";
import { Header, openEtcd } from "#lib/adapters/etcd/client.ts";
import type { Etcd } from "#lib/adapters/etcd/client.ts";
import { changesBetween } from "#lib/adapters/etcd/compare-states.ts";
import { describeChanges } from "#lib/adapters/etcd/describe-changes.ts";
import { modHash, readPrefix, stateHash } from "#lib/adapters/etcd/prefix.ts";
import type { State } from "#lib/adapters/etcd/prefix.ts";
import type { Change, Restore, Settings, Wanted } from "#lib/adapters/etcd/schema.ts";
import { transactionBody, transactionsOf } from "#lib/adapters/etcd/transactions.ts";
import { findSigned } from "#lib/adapters/etcd/wanted-state.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { sha256: string; modSha256: string };

const Transaction = z.object({ header: Header, succeeded: z.boolean().default(false) });
/** Somebody else's keys with a lease may come and go under the prefix meanwhile; then it is looked at again. */
const mostTries = 5;

export const restoreExecutor: Executor<Settings, Restore, Observed> = {
  observe: async (ctx, { leased }) => {
    const now = await readPrefix(openEtcd(ctx));
    return { sha256: stateHash(now, leased), modSha256: modHash(now, leased) };
  },
  stable: (observed) => observed,
  isDone: (desired, { sha256 }) => sha256 === desired.sha256,
  apply: restore,
  verify: async (ctx, desired) => [await sameState(ctx, desired)],
};

async function restore(ctx: Context, desired: Restore): Promise<Receipt> {
  const { prefix, maxOperations } = ctx.settings;
  const etcd = openEtcd(ctx);
  const { state: wanted } = await findSigned(etcd, desired);
  let done = 0;
  for (let attempt = 0; ; attempt++) {
    const now = await readPrefix(etcd);
    const left = leftToDo(now, wanted, desired, prefix);
    if (left.length === 0) return receipt(ctx, desired, now, done);
    if (attempt === mostTries)
      throw new Fault(
        "transient",
        "PREFIX_BUSY",
        `Keys under ${prefix} change all the time, so no transaction came through; ${left.length} are left.`,
        "Stop whoever writes there. It is tried again within the limit of the step.",
      );
    done += await commit(etcd, transactionsOf(left, wanted, maxOperations), wanted, now.revision);
  }
}

/** What is not as wanted yet. Throws Fault DRIFT for a key that somebody else has changed since the plan was signed. */
function leftToDo(now: State, wanted: State, desired: Restore, prefix: string): Change[] {
  const signed = new Map(desired.changes.map((change) => [change.key, change]));
  return changesBetween(now, wanted, desired.leased).map((change) => {
    const plan = signed.get(change.key);
    if (plan?.modRevision === change.modRevision) return plan;
    throw new Fault(
      "permanent",
      "DRIFT",
      `${change.key} was changed at revision ${now.entries.get(change.key)?.modRevision ?? "unknown (it was removed)"}, after the plan was signed. ` +
        "Keys that the plan had put back already stay as they are.",
      `Somebody else writes under ${prefix}. Make a new plan from what is there now.`,
    );
  });
}

/** How many transactions took place: all, or those before one that was refused because something had changed. */
async function commit(
  etcd: Etcd,
  parts: readonly (readonly Change[])[],
  wanted: State,
  seenAt: number,
): Promise<number> {
  const { ctx } = etcd;
  let revision = seenAt;
  for (const [done, part] of parts.entries()) {
    if (ctx.signal.aborted)
      throw new Fault(
        "transient",
        "CANCELLED",
        `Stopped after ${done} of ${parts.length} transactions.`,
        done === 0 ? "Nothing was changed." : "The rest is put back when the step is tried again.",
      );
    const body = transactionBody(part, wanted, ctx.settings.prefix, revision);
    const answer = await etcd.change("/v3/kv/txn", body, Transaction).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
      // Its comparisons hold once only, so that asking again cannot do it twice.
      throw new Fault(
        "transient",
        error.code,
        error.message,
        "It is looked at, and what is left is tried again.",
      );
    });
    if (!answer.succeeded) return done;
    revision = answer.header.revision;
    ctx.log(`Transaction ${done + 1} of ${parts.length}: ${part.length} keys, now revision ${revision}.`);
  }
  return parts.length;
}

function receipt(ctx: Context, desired: Restore, now: State, transactions: number): Receipt {
  const { prefix } = ctx.settings;
  return {
    changed: transactions > 0,
    summary:
      transactions > 0
        ? `${prefix} is as at ${desired.revision}. ${describeChanges(desired)}.`
        : `${prefix} is as at ${desired.revision} already.`,
    data: { sha256: desired.sha256, revision: now.revision, transactions },
  };
}

/** Whether everything under the prefix is as wanted. */
export async function sameState(ctx: Context, desired: Wanted): Promise<Evidence> {
  const now = await readPrefix(openEtcd(ctx));
  const found = stateHash(now, desired.leased);
  const count = [...now.entries.values()].filter(({ hasLease }) => !hasLease).length;
  return evidence(
    "Configuration in etcd",
    found === desired.sha256,
    `${ctx.settings.prefix} has ${count} keys with the hash ${found.slice(0, 12)} at revision ${now.revision}; ${desired.revision} has ${desired.sha256.slice(0, 12)}.`,
  );
}

import type { CheckId } from "#lib/domain/checklist.ts";
import { db } from "#lib/platform/db/client.ts";
import { verifyTail } from "#lib/queries/audit/verify-tail.ts";
import type { Check } from "#lib/workflows/check.ts";

/** Whether Lastgood itself can do it and keep a record of it. */
export const checksOfTheHouse = {
  // The worker that prepares this is alive.
  worker_alive: async () => {
    const rows = await db().$queryRaw<{ count: bigint }[]>`
      SELECT count(*) AS count FROM worker WHERE lease_until > now() AND NOT draining`;
    const count = Number(rows[0]?.count ?? 0);
    return { ok: count > 0, evidence: `${count} worker${count === 1 ? "" : "s"} answered within the lease.` };
  },
  record_verified: () => verifyTail(),
  // What this check comes to is an entry of the record: without it there is nothing to read here.
  record_writable: () => ({ ok: true, evidence: "This result is itself an entry of the record." }),
} satisfies Partial<Record<CheckId, Check>>;

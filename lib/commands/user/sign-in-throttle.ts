import { transact } from "#lib/platform/db/transact.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";

const windowMs = 15 * 60_000;
const knownMs = 90 * 24 * 3600_000;
const limits = { account: 10, address: 50, events: 500 };
type Kind = keyof typeof limits;

export type Attempt = {
  /** When the next try is heard; null when this one is. */
  retryAt: Date | null;
  /** Whether a failure of this attempt is worth a line in the record: the first ones and the one that met the limit. */
  isRecorded: boolean;
};

/**
 * Counts an attempt before its password is looked at, so that parallel guesses cannot pass together. Counters are by
 * account and by address and start anew after a quarter of an hour, however often anyone tries meanwhile. An address
 * from which the account came in lately has an account counter of its own: strangers cannot lock a person out.
 */
export async function takeAttempt(email: string, address: string | null, now: Date): Promise<Attempt> {
  const { known, ...keys } = await keysOf(email, address, now);
  // Counting must outlast the refusal that follows, hence a transaction of its own and no command.
  return transact(async (tx) => {
    const account = await count(tx, keys.account, "account", now);
    const from = await count(tx, keys.address, "address", now);
    const isHeard = account.retryAt === null && from.retryAt === null;
    const justMet = account.tries === limits.account + 1 || from.tries === limits.address + 1;
    const isWorthALine = isHeard || (justMet && !(account.isFar || from.isFar));
    const events = isWorthALine ? await count(tx, "events", "events", now) : null;
    if (!known) await forgetOldCounters(tx, now);
    return { retryAt: later(account.retryAt, from.retryAt), isRecorded: events?.retryAt === null };
  });
}

/** The password was right: the account's counter ends, and the address is remembered as this person's. */
export async function forgetAttempts(
  tx: Tx,
  email: string,
  address: string | null,
  now: Date,
): Promise<void> {
  const account = sha256(email);
  const from = addressKey(address);
  await tx.signInAttempt.deleteMany({
    where: { key: { in: [`account:${account}`, `pair:${account}:${from}`] } },
  });
  await tx.$executeRaw`
    UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0) WHERE key = ${`address:${from}`}`;
  await tx.signInAttempt.upsert({
    where: { key: `known:${account}:${from}` },
    create: { key: `known:${account}:${from}`, windowFrom: now },
    update: { windowFrom: now },
  });
}

async function keysOf(email: string, address: string | null, now: Date) {
  const account = sha256(email);
  const from = addressKey(address);
  const met = await db().signInAttempt.findUnique({ where: { key: `known:${account}:${from}` } });
  const known = address !== null && met !== null && now.getTime() - met.windowFrom.getTime() < knownMs;
  return {
    known,
    account: known ? `pair:${account}:${from}` : `account:${account}`,
    address: `address:${from}`,
  };
}

async function count(tx: Tx, key: string, kind: Kind, now: Date) {
  const since = new Date(now.getTime() - windowMs);
  const rows = await tx.$queryRaw<{ failures: number; window_from: Date }[]>`
    INSERT INTO sign_in_attempt AS counter (key, failures, window_from) VALUES (${key}, 1, ${now})
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN counter.window_from <= ${since} THEN 1 ELSE least(counter.failures + 1, 1000000) END,
      window_from = CASE WHEN counter.window_from <= ${since} THEN ${now} ELSE counter.window_from END
    RETURNING failures, window_from`;
  const row = rows[0];
  if (!row) throw new Error("A counter was written but not returned.");
  const tries = row.failures;
  const retryAt = tries > limits[kind] ? new Date(row.window_from.getTime() + windowMs) : null;
  return { tries, retryAt, isFar: tries > limits[kind] + 1 };
}

/** Guessing at random names must not fill the table. */
async function forgetOldCounters(tx: Tx, now: Date): Promise<void> {
  const counters = new Date(now.getTime() - 2 * windowMs);
  const known = new Date(now.getTime() - knownMs);
  await tx.$executeRaw`
    DELETE FROM sign_in_attempt WHERE key IN (
      SELECT key FROM sign_in_attempt
      WHERE window_from < CASE WHEN key LIKE 'known:%' THEN ${known}::timestamptz ELSE ${counters}::timestamptz END
      LIMIT 100 FOR UPDATE SKIP LOCKED)`;
}

/** An IPv6 customer has a /64 to try from: it counts as one. */
function addressKey(address: string | null): string {
  if (address === null) return "unknown";
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

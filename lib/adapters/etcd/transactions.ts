import type { Change } from "#lib/adapters/etcd/schema.ts";
import { rangeEnd, toBase64 } from "#lib/adapters/etcd/prefix.ts";
import type { State } from "#lib/adapters/etcd/prefix.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** Below the 1.5 MiB that etcd takes in one request unless told otherwise; a larger value goes alone. */
const mostBytes = 1024 * 1024;

/** Cut into what one transaction takes each. A place is left for the comparison of the whole prefix. */
export function transactionsOf(
  changes: readonly Change[],
  wanted: State,
  maxOperations: number,
): readonly (readonly Change[])[] {
  const parts: Change[][] = [];
  let bytes = 0;
  for (const change of changes) {
    const { key } = change;
    // Twice the key: it is compared, and put.
    const size = key.length * 2 + (wanted.entries.get(key)?.value.length ?? 0) + 100;
    const last = parts.at(-1);
    if (last === undefined || last.length >= maxOperations - 1 || bytes + size > mostBytes) {
      parts.push([change]);
      bytes = size;
    } else {
      last.push(change);
      bytes += size;
    }
  }
  return parts;
}

/**
 * One transaction: it takes place only when every key that it touches was changed last where the plan says, and no key
 * under the prefix after `revision`, at which the rest was seen.
 */
export function transactionBody(
  changes: readonly Change[],
  wanted: State,
  prefix: string,
  revision: number,
): JsonObject {
  const untouched = {
    target: "MOD",
    result: "LESS",
    key: toBase64(prefix),
    range_end: rangeEnd(prefix),
    mod_revision: String(revision + 1),
  };
  return {
    compare: [
      untouched,
      ...changes.map(({ key, modRevision }) => ({
        target: "MOD",
        result: "EQUAL",
        key: toBase64(key),
        mod_revision: String(modRevision),
      })),
    ],
    success: changes.map(({ key, action }): JsonObject =>
      action === "remove"
        ? { request_delete_range: { key: toBase64(key) } }
        : { request_put: { key: toBase64(key), value: wanted.entries.get(key)?.value ?? "" } },
    ),
  };
}

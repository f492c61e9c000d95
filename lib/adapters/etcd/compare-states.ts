import type { Entry, State } from "#lib/adapters/etcd/prefix.ts";
import type { Change, Restore } from "#lib/adapters/etcd/schema.ts";
import { printable } from "#lib/adapters/evidence.ts";

/** Keys that hang on a lease, now or then: they belong to whoever keeps it alive. */
export function leasedKeys(...states: readonly State[]): string[] {
  const keys = states.flatMap(({ entries }) =>
    [...entries].filter(([, { hasLease }]) => hasLease).map(([key]) => key),
  );
  return [...new Set(keys)].sort();
}

/** What it takes to come from one state to the other; first what is put, then what is removed, by key. */
export function changesBetween(now: State, wanted: State, leased: readonly string[]): Change[] {
  const out = new Set(leased);
  const keys = [...new Set([...now.entries.keys(), ...wanted.entries.keys()])].sort();
  const changes = keys.flatMap((key): Change[] => {
    const [is, should] = [now.entries.get(key), wanted.entries.get(key)];
    // Who has come with a lease since is left alone too.
    if (out.has(key) || (is?.hasLease === true && should === undefined)) return [];
    if (is?.value === should?.value && is?.hasLease !== true) return [];
    const action = is === undefined ? "add" : should === undefined ? "remove" : "change";
    return [{ key, action, modRevision: is?.modRevision ?? 0 }];
  });
  return changes.toSorted((a, b) => Number(a.action === "remove") - Number(b.action === "remove"));
}

/** The values of the plain keys among what changes. */
export function plainValues(
  changes: readonly Change[],
  now: State,
  wanted: State,
  plainKeys: readonly string[],
): Restore["plain"] {
  return Object.fromEntries(
    changes
      .filter(({ key }) => plainKeys.includes(key))
      .map(({ key }) => [key, { from: shown(now.entries.get(key)), to: shown(wanted.entries.get(key)) }]),
  );
}

function shown(entry: Entry | undefined): string | null {
  if (entry === undefined) return null;
  return printable(Buffer.from(entry.value, "base64").toString("utf8")).slice(0, 200);
}

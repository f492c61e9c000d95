import type { Keep, Restore, Settings, Wanted } from "#lib/adapters/etcd/schema.ts";
import { rangeEnd, toBase64 } from "#lib/adapters/etcd/prefix.ts";
import { under } from "#lib/adapters/http-address.ts";
import { shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";

/** Reads the whole prefix, at a revision or now. */
export function readCommand(settings: Settings, revision: string | null = null): string {
  const body = {
    key: toBase64(settings.prefix),
    range_end: rangeEnd(settings.prefix),
    ...(revision !== null && { revision }),
  };
  return `${signIn(settings)}${call(settings, "/v3/kv/range", shellQuote(JSON.stringify(body)))}`;
}

/** Which keys stand there now, to be compared with the wanted state by eye; values are base64. */
export function compareCommand(settings: Settings, desired: Wanted): string {
  const pick = "jq -S -c '.kvs[] | [.key, .value]'";
  const draft = "now.json";
  return `${readCommand(settings)} | ${pick} > ${draft}; ${wantedCommand(settings, desired)} | ${pick} | diff ${draft} -`;
}

/** One transaction that takes place only if every key is as the plan saw it. Values come from the revision itself. */
export function restoreCommand(settings: Settings, desired: Restore): string {
  if (desired.changes.length === 0) return compareCommand(settings, desired);
  const puts = desired.changes.filter(({ action }) => action !== "remove").map(({ key }) => toBase64(key));
  const removes = desired.changes
    .filter(({ action }) => action === "remove")
    .map(({ key }) => ({ request_delete_range: { key: toBase64(key) } }));
  const compare = desired.changes.map(({ key, modRevision }) => ({
    target: "MOD",
    result: "EQUAL",
    key: toBase64(key),
    mod_revision: String(modRevision),
  }));
  const program =
    `{compare: ${JSON.stringify(compare)}, success: ([.kvs[] | select(.key | IN(${JSON.stringify(puts)}[])) ` +
    `| {request_put: {key, value: (.value // "")}}] + ${JSON.stringify(removes)})}`;
  return (
    `${wantedCommand(settings, desired)} | jq -c ${shellQuote(program)} | ` +
    `${call(settings, "/v3/kv/txn", "@-")} | jq -e .succeeded`
  );
}

export function keepCommand(settings: Settings, desired: Keep): string {
  const file = `${settings.snapshotFolder ?? "."}/${desired.file}`;
  return `(umask 077; ${readCommand(settings, String(desired.revision))} > ${shellQuote(file)})`;
}

function wantedCommand(settings: Settings, { revision }: Wanted): string {
  if (/^\d+$/.test(revision)) return readCommand(settings, revision);
  return `${signIn(settings)}cat ${shellQuote(`${settings.snapshotFolder ?? "."}/${revision}.json`)}`;
}

/** The token stands in a variable for the rest of the line; the password becomes no argument. */
function signIn(settings: Settings): string {
  if (settings.username === undefined) return "";
  const password = shellVariable("password");
  const body = `{name: ${JSON.stringify(settings.username)}, password: env.${password}}`;
  return (
    `export ${password}; TOKEN=$(jq -n ${shellQuote(body)} | ` +
    `curl -fsS --data @- ${shellQuote(under(settings.url, "/v3/auth/authenticate"))} | jq -r .token); `
  );
}

function call(settings: Settings, path: string, data: string): string {
  const header = settings.username !== undefined ? ` -H "Authorization: $TOKEN"` : "";
  return `curl -fsS${header} --data ${data} ${shellQuote(under(settings.url, path))}`;
}

import { flagUrl } from "#lib/adapters/feature-flag/http.ts";
import type { Flag, Settings } from "#lib/adapters/feature-flag/schema.ts";
import { adminPath } from "#lib/adapters/feature-flag/unleash.ts";
import { word } from "#lib/adapters/feature-flag/flag-faults.ts";
import { under } from "#lib/adapters/http-address.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";

type Secrets = readonly string[] | undefined;

/** Shows each flag as it is. */
export function readCommand({ provider }: Settings, flags: readonly Flag[], secrets: Secrets): string {
  if (provider.kind === "file") return `jq . ${shellQuote(provider.path)}`;
  return flags
    .map(({ name }) => {
      const url =
        provider.kind === "http"
          ? flagUrl(provider.url, provider.path, name)
          : under(provider.url, adminPath(provider.project, name, provider.environment));
      return `curl -fsS${header(provider.kind, secrets)} ${shellQuote(url)}`;
    })
    .join(" && ");
}

export function setCommand({ provider }: Settings, { name, enabled }: Flag, secrets: Secrets): string {
  if (provider.kind === "file") {
    const [file, draft] = [shellQuote(provider.path), shellQuote(`${provider.path}.new`)];
    const program =
      provider.format === "flagd"
        ? `.flags[${JSON.stringify(name)}].state = ${enabled ? '"ENABLED"' : '"DISABLED"'}`
        : `.[${JSON.stringify(name)}] = ${String(enabled)}`;
    return `cp -p ${file} ${draft} && jq ${shellQuote(program)} ${file} > ${draft} && mv ${draft} ${file}`;
  }
  const auth = header(provider.kind, secrets);
  if (provider.kind === "unleash") {
    const path = `${adminPath(provider.project, name, provider.environment)}/${word(enabled)}`;
    return `curl -fsS -X POST${auth} ${shellQuote(under(provider.url, path))}`;
  }
  const body = JSON.stringify(enabled ? provider.onBody : provider.offBody);
  return (
    `curl -fsS -X ${provider.method}${auth} -H 'content-type: application/json' ` +
    `--data-raw ${shellQuote(body)} ${shellQuote(flagUrl(provider.url, provider.path, name))}`
  );
}

function header(kind: "unleash" | "http", secrets: Secrets): string {
  if (secrets?.includes("token") !== true) return "";
  return ` -H "Authorization: ${kind === "http" ? "Bearer " : ""}$TOKEN"`;
}

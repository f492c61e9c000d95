import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import { lokiQueries } from "#lib/adapters/log-check/count-loki.ts";
import { Settings } from "#lib/adapters/log-check/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 300,
  command: (settings, _desired, secrets = []) => {
    const { loki, path = "", pattern, ignoreCase } = settings;
    if (loki === undefined)
      return `tail -n 10000 ${shellQuote(path)} | grep -P${ignoreCase ? "i" : ""} -- ${shellQuote(pattern)}`;
    const words = ["curl -fsS -G"];
    if (secrets.includes("token")) words.push('-H "Authorization: Bearer $TOKEN"');
    if (loki.tenant !== undefined) words.push(`-H ${shellQuote(`X-Scope-OrgID: ${loki.tenant}`)}`);
    words.push(`--data-urlencode ${shellQuote(`query=${lokiQueries(settings, loki).matches}`)}`);
    return [...words, shellQuote(under(loki.url, "/loki/api/v1/query"))].join(" ");
  },
  executor: async () => (await import("#lib/adapters/log-check/executor.ts")).checkLog,
});

export const logCheck = defineAdapter<Settings>({
  id: "log-check",
  title: "Log check",
  description:
    "Counts the lines of the last seconds that match a pattern, in a log file with its rotated parts or in Loki. A silent log is unknown, and unknown is not good.",
  components,
  settings: Settings,
  secrets: { token: "Sent to Loki as bearer token" },
  proof: {
    kind: "real",
    against:
      "log files that are written, renamed and truncated as logrotate does; Loki against its documented answers",
  },
  example: {
    component: "code",
    settings: {
      title: "The shop logs no errors any more",
      path: "/var/log/shop/app.log",
      pattern: "\\b(ERROR|FATAL)\\b",
      windowSeconds: 45,
    },
  },
  operations,
});

import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import { Settings } from "#lib/adapters/prometheus-check/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 600,
  command: ({ url, query, user }, _desired, secrets = []) => {
    const words = ["curl -fsS -G"];
    if (user !== undefined && secrets.includes("password")) words.push(`-u ${shellQuote(user)}:"$PASSWORD"`);
    else if (secrets.includes("token")) words.push('-H "Authorization: Bearer $TOKEN"');
    words.push(`--data-urlencode ${shellQuote(`query=${query}`)}`, shellQuote(under(url, "/api/v1/query")));
    return words.join(" ");
  },
  executor: async () => (await import("#lib/adapters/prometheus-check/executor.ts")).checkPrometheus,
});

export const prometheusCheck = defineAdapter<Settings>({
  id: "prometheus-check",
  title: "Prometheus check",
  description:
    "Asks Prometheus a query and compares each value with a limit, or with what the same query said earlier; on request it must have held for a while. No data is unknown, and unknown is not good.",
  components,
  settings: Settings,
  secrets: {
    token: "Sent as bearer token",
    password: "Password for basic authentication, with the setting user",
  },
  proof: { kind: "real", against: "Prometheus 2.42 that scrapes node exporter and a service of ours" },
  example: {
    component: "code",
    settings: {
      title: "Less than 1 % of requests fail",
      as: "verify-error-rate",
      url: "http://prometheus.internal:9090",
      query:
        'sum(rate(http_requests_total{job="shop",code=~"5.."}[1m])) / sum(rate(http_requests_total{job="shop"}[1m]))',
      comparison: "<",
      limit: 0.01,
      heldSeconds: 30,
    },
  },
  operations,
  inspect: async (ctx) => (await import("#lib/adapters/prometheus-check/executor.ts")).inspectPrometheus(ctx),
});

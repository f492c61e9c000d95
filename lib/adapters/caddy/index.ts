import { Settings } from "#lib/adapters/caddy/schema.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { trafficOperations } from "#lib/adapters/traffic-operations.ts";

const client = async () => (await import("#lib/adapters/caddy/client.ts")).caddyClient;

export const caddy = defineAdapter<Settings>({
  id: "caddy",
  title: "Caddy",
  description:
    "The upstreams of one reverse proxy in the running configuration of Caddy, over its admin API: exactly the backends that hold the wanted version. Nobody else's change is overwritten (Etag). No stable identity: the API has none.",
  components: ["routing"],
  settings: Settings,
  secrets: {},
  proof: { kind: "real", against: "Caddy 2.6 with two backends and a reverse proxy" },
  example: {
    component: "routing",
    settings: {
      admin: "http://caddy.internal:2019",
      upstreams: "/id/shop/upstreams",
      backends: { blue: "10.0.0.11:8080", green: "10.0.0.12:8080" },
      address: "https://shop.example.com/version",
      probePath: "/version",
    },
  },
  inspect: async (ctx) =>
    (await import("#lib/adapters/traffic-checks.ts")).inspectTraffic(await client(), ctx),
  operations: trafficOperations<Settings>({
    client,
    switchCommand: ({ admin, upstreams }, { serving }) => {
      const body = JSON.stringify(serving.map(({ address }) => ({ dial: address })));
      return `curl -fsS -X PATCH -H 'content-type: application/json' --data-raw ${shellQuote(body)} ${shellQuote(under(admin, upstreams))}`;
    },
    showCommand: ({ admin, upstreams }) => `curl -fsS ${shellQuote(under(admin, upstreams))}`,
    notReverted: () => [
      {
        what: "Where Caddy sends traffic after a restart that reads another configuration",
        why: "The running configuration is changed. Start Caddy with --resume, or change its configuration file too.",
      },
    ],
  }),
});

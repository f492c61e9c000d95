import { defineAdapter } from "#lib/adapters/contract.ts";
import { Settings } from "#lib/adapters/haproxy/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { trafficOperations } from "#lib/adapters/traffic-operations.ts";

const client = async () => (await import("#lib/adapters/haproxy/client.ts")).haproxyClient;

/** socat is what HAProxy's own manual tells people to use. */
function typed({ socket, tcp }: Settings, commands: readonly string[]): string {
  const to = socket === undefined ? `TCP:${tcp ?? ""}` : `UNIX-CONNECT:${socket}`;
  return `echo ${shellQuote(commands.join("; "))} | socat stdio ${shellQuote(to)}`;
}

export const haproxy = defineAdapter<Settings>({
  id: "haproxy",
  title: "HAProxy",
  description:
    "The servers of one HAProxy backend, over its runtime socket: those that hold the wanted version are made ready, all others are drained. No stable identity: HAProxy has none that outlives a restart.",
  components: ["routing"],
  settings: Settings,
  secrets: {},
  proof: { kind: "real", against: "HAProxy 2.6 with two backends, health checks and a server-state-file" },
  example: {
    component: "routing",
    settings: {
      socket: "/run/haproxy/admin.sock",
      backend: "shop",
      stateFile: "/var/lib/haproxy/server-state",
      address: "https://shop.example.com/version",
      probePath: "/version",
    },
  },
  inspect: async (ctx) =>
    (await import("#lib/adapters/traffic-checks.ts")).inspectTraffic(await client(), ctx),
  operations: trafficOperations<Settings>({
    client,
    switchCommand: (settings, { serving, idle }) => {
      const { backend, stateFile } = settings;
      const change = typed(settings, [
        ...serving.map(({ name }) => `set server ${backend}/${name} weight 100%`),
        ...serving.map(({ name }) => `set server ${backend}/${name} state ready`),
        ...idle.map(({ name }) => `set server ${backend}/${name} state drain`),
      ]);
      return stateFile === undefined
        ? change
        : `${change} && ${typed(settings, ["show servers state"])} > ${shellQuote(stateFile)}`;
    },
    showCommand: (settings) => typed(settings, [`show servers state ${settings.backend}`, "show stat"]),
    notReverted: ({ stateFile }) =>
      stateFile !== undefined
        ? []
        : [
            {
              what: "Where HAProxy sends traffic after its next reload or restart",
              why: "What the runtime socket sets is lost then. Set stateFile with load-server-state-from-file, or change the configuration too.",
            },
          ],
  }),
});

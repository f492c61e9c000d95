import { defineAdapter } from "#lib/adapters/contract.ts";
import { Settings } from "#lib/adapters/nginx/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";
import { trafficOperations } from "#lib/adapters/traffic-operations.ts";

const client = async () => (await import("#lib/adapters/nginx/client.ts")).nginxClient;
const literally = (text: string): string => text.replace(/[.[\]*^$\/\\]/g, "\\$&");

export const nginx = defineAdapter<Settings>({
  id: "nginx",
  title: "nginx",
  description:
    "The server lines of one upstream in a file that nginx includes: all but those of the wanted version are marked down, the configuration is tested, and nginx reads it again without dropping a request. On the worker's machine.",
  components: ["routing"],
  settings: Settings,
  secrets: {},
  proof: { kind: "real", against: "nginx 1.22 with two backends, reloaded under requests" },
  example: {
    component: "routing",
    settings: {
      includeFile: "/etc/nginx/conf.d/shop-upstream.conf",
      upstream: "shop",
      backends: { blue: "10.0.0.11:8080", green: "10.0.0.12:8080" },
      address: "https://shop.example.com/version",
      probePath: "/version",
    },
  },
  inspect: async (ctx) => {
    const { inspectTraffic } = await import("#lib/adapters/traffic-checks.ts");
    const { toolFound } = await import("#lib/adapters/find-program.ts");
    const tool = await toolFound("nginx", ctx.settings.nginx, ["-v"], ctx.signal);
    return inspectTraffic(await client(), ctx, [tool]);
  },
  operations: trafficOperations<Settings>({
    client,
    switchCommand: ({ includeFile, configFile, pidFile, prefix, nginx: program }, { serving, idle }) => {
      const line = ({ address }: { address: string }) =>
        `/server[[:space:]]+${literally(address)}[[:space:];]/`;
      const edits = [
        ...serving.map((one) => `${line(one)}s/[[:space:]]+down([[:space:];])/\\1/`),
        ...idle.map((one) => `${line(one)}{/[[:space:]]down[[:space:];]/!s/;/ down;/;}`),
      ];
      return [
        shellCommand(["sed", "-E", "-i.before", ...edits.flatMap((edit) => ["-e", edit]), includeFile]),
        shellCommand([
          program ?? "nginx",
          "-t",
          "-c",
          configFile,
          ...(prefix === undefined ? [] : ["-p", prefix]),
        ]),
        `kill -HUP "$(cat ${shellQuote(pidFile)})"`,
      ].join(" && ");
    },
    showCommand: ({ includeFile, pidFile }) =>
      `${shellCommand(["cat", includeFile])}; ps -o pid,lstart,args --ppid "$(cat ${shellQuote(pidFile)})"`,
    notReverted: () => [],
  }),
});

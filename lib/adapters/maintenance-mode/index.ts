import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Observed } from "#lib/adapters/maintenance-mode/executor.ts";
import { Nothing, Settings, Wanted } from "#lib/adapters/maintenance-mode/schema.ts";
import type { Mode } from "#lib/adapters/maintenance-mode/schema.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";

const executors = () => import("#lib/adapters/maintenance-mode/executor.ts");

/** A procedure without downtime is not given one by a target that happens to be registered. */
const isWanted = ({ unnamed }: Settings, { named }: PlanRequest): boolean =>
  named === null ? unnamed : named.includes("on") || named.includes("off");

const title: Record<Mode, string> = {
  on: "Turn maintenance mode on",
  off: "Turn maintenance mode off",
};

const turn = (mode: Mode) =>
  defineOperation<Settings, Wanted, Observed>({
    id: mode,
    serving: mode === "on" ? "stops" : "resumes",
    title: title[mode],
    phase: mode === "on" ? "execution" : "completion",
    mutating: true,
    reversibility: "reversible",
    limitSeconds: 60,
    desired: Wanted,
    plan: async (ctx: AdapterContext<Settings>, request) => {
      if (!isWanted(ctx.settings, request)) return null;
      const { readMode } = await import("#lib/adapters/maintenance-mode/status.ts");
      const observed: Observed = { mode: await readMode(ctx), accepted: false };
      const isOn = observed.mode === "on" ? " (it is on already)" : "";
      return { title: `${title[mode]}${isOn}`, desired: { maintenance: mode }, observed };
    },
    command: (settings, { maintenance }, secrets = []) => {
      const { method, path, body } = settings[maintenance];
      const words = ["curl -fsS -X", method];
      if (secrets.includes("token")) words.push('-H "Authorization: Bearer $TOKEN"');
      if (body !== undefined)
        words.push("-H 'content-type: application/json' --data-raw", shellQuote(JSON.stringify(body)));
      return [...words, shellQuote(under(settings.url, path))].join(" ");
    },
    executor: async () => (await executors()).modeExecutor,
  });

export const maintenanceMode = defineAdapter<Settings>({
  id: "maintenance-mode",
  title: "Maintenance mode over HTTP",
  description:
    "One call that turns maintenance mode on before anything is changed, one that turns it off when all is verified, and a status that shows which it is.",
  components: ["routing"],
  settings: Settings,
  secrets: { token: "Sent as bearer token with every call" },
  proof: {
    kind: "real",
    against: "HTTP servers of our own on loopback, with a JSON status, a 503 page and faults",
  },
  example: {
    component: "routing",
    settings: { url: "https://api.example.com", statusPath: "/admin/maintenance", statusField: "enabled" },
    secrets: { token: "env:LASTGOOD_SECRET_MAINTENANCE" },
  },
  inspect: async (ctx) => (await executors()).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      id: "confirm-mode",
      title: "See that maintenance mode answers",
      phase: "validation",
      mutating: false,
      reversibility: "reversible",
      limitSeconds: 30,
      desired: Nothing,
      plan: ({ settings }, request) =>
        Promise.resolve(
          isWanted(settings, request) && settings.statusPath !== undefined
            ? { title: "See that maintenance mode can be looked at", desired: {}, observed: null }
            : null,
        ),
      command: (settings, _desired, secrets = []) =>
        [
          settings.onStatus === undefined ? "curl -fsS" : "curl -sS -o /dev/null -w '%{http_code}\\n'",
          ...(secrets.includes("token") ? ['-H "Authorization: Bearer $TOKEN"'] : []),
          shellQuote(under(settings.url, settings.statusPath ?? "/")),
        ].join(" "),
      executor: async () => (await executors()).checkMode,
    }),
    turn("on"),
    turn("off"),
  ],
});

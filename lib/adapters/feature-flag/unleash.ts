import { z } from "zod";
import type { AdapterContext, Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { flagGone, notYet, word } from "#lib/adapters/feature-flag/flag-faults.ts";
import type { Provider } from "#lib/adapters/feature-flag/provider.ts";
import type { Settings, Unleash } from "#lib/adapters/feature-flag/schema.ts";
import { under } from "#lib/adapters/http-address.ts";
import { restCall, restJson } from "#lib/adapters/rest-call.ts";
import type { RestCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const Enabled = z.object({ enabled: z.boolean() });
const Toggles = z.object({ toggles: z.array(z.object({ name: z.string(), enabled: z.boolean() })) });
const Statistics = z.object({ instanceId: z.string().min(1), versionOSS: z.string().optional() });

/** Unleash by its admin API, seen through the client and frontend APIs where their tokens are given. */
export function unleashProvider(ctx: Context, { url, project, environment }: Unleash): Provider {
  const place = `${project}/${environment} of Unleash`;
  const call = (path: string, secret: string, more: Partial<RestCall> = {}): RestCall => ({
    url: under(url, path),
    headers: { authorization: ctx.secrets[secret] ?? "" },
    timeoutMs: ctx.settings.timeoutMs,
    secret,
    ...more,
  });
  const statistics = () => restJson(ctx, call("/api/admin/instance-admin/statistics", "token"), Statistics);
  return {
    place,
    read: async (name) => {
      const more = { gone: flagGone(name, place) };
      const path = adminPath(project, name, environment);
      return (await restJson(ctx, call(path, "token", more), Enabled)).enabled;
    },
    write: async ({ name, enabled }) => {
      const path = `${adminPath(project, name, environment)}/${word(enabled)}`;
      await restCall(ctx, call(path, "token", { method: "POST", body: {}, gone: flagGone(name, place) }));
    },
    evaluate: async ({ name, enabled }) => {
      const found: Evidence[] = [];
      if (ctx.secrets["clientToken"] !== undefined) {
        refuseOtherEnvironment(ctx.secrets["clientToken"], "clientToken", environment);
        const path = `/api/client/features/${encodeURIComponent(name)}`;
        const more = { gone: flagGone(name, `${environment} for clients`) };
        const answer = await restJson(ctx, call(path, "clientToken", more), Enabled);
        if (answer.enabled !== enabled) throw notYet(name, enabled, "The client API");
        found.push(evidence("Client API", true, `Clients are told that ${name} is ${word(enabled)}.`));
      }
      if (ctx.secrets["frontendToken"] !== undefined) {
        refuseOtherEnvironment(ctx.secrets["frontendToken"], "frontendToken", environment);
        const { toggles } = await restJson(ctx, call("/api/frontend", "frontendToken"), Toggles);
        const isOn = toggles.some((toggle) => toggle.name === name && toggle.enabled);
        // Who gets a flag that is on depends on its strategies; one that is off is off for everybody.
        if (isOn && !enabled) throw notYet(name, enabled, "The frontend API");
        found.push(evidence("Evaluation", true, `The frontend API evaluates ${name} as ${word(isOn)}.`));
      }
      if (found.length > 0) return found;
      const detail = "No clientToken and no frontendToken are given, so nobody was asked as a client would.";
      return [evidence("Evaluation", true, detail)];
    },
    identify: async () => ({ kind: "unleash-instance", id: (await statistics()).instanceId }),
    inspect: async () => {
      const { versionOSS } = await statistics();
      return [evidence("Version", true, `Unleash ${versionOSS ?? "of unknown version"}.`)];
    },
  };
}

export const adminPath = (project: string, name: string, environment: string): string =>
  `/api/admin/projects/${encodeURIComponent(project)}/features/${encodeURIComponent(name)}/environments/${encodeURIComponent(environment)}`;

/** A token of Unleash names its environment: `project:environment.secret`. */
function refuseOtherEnvironment(token: string, secret: string, environment: string): void {
  const own = /^[^:]*:([^.]+)\./.exec(token)?.[1];
  if (own === undefined || own === environment) return;
  throw new Fault(
    "permanent",
    "WRONG_ENVIRONMENT",
    `The secret \`${secret}\` is a token of another environment than ${environment}.`,
    `Give this target a token of ${environment}.`,
  );
}

import { z } from "zod";
import { startContractServer } from "#e2e/contract/contract-server.ts";
import type { ContractServer, Reply } from "#e2e/contract/contract-server.ts";
import { entraRoute } from "#e2e/contract/entra-route.ts";

/*
 * Microsoft.Web/sites of Azure Resource Manager, api-version 2025-05-01, as the generated operations of
 * @azure/arm-appservice 19.0.0 send and read it (api/webApps/operations, models). What Azure adds to answers beyond
 * what those operations read is left out.
 */
const base = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.Web/sites/:site";
const version = z.strictObject({ "api-version": z.literal("2025-05-01") });
const resource = { id: z.string(), name: z.string(), type: z.string() };
const Site = z.strictObject({
  ...resource,
  kind: z.string(),
  location: z.string(),
  properties: z.strictObject({
    state: z.string(),
    defaultHostName: z.string(),
    inProgressOperationId: z.string().nullable(),
    slotSwapStatus: z.looseObject({}).nullable(),
  }),
});
const StringDictionary = z.strictObject({
  ...resource,
  kind: z.string().optional(),
  properties: z.record(z.string(), z.string()),
});
const Deployments = z.strictObject({
  value: z.array(
    z.strictObject({
      ...resource,
      properties: z.strictObject({
        status: z.number(),
        message: z.string(),
        active: z.boolean(),
        end_time: z.iso.datetime(),
      }),
    }),
  ),
  nextLink: z.url().optional(),
});
const Config = z.looseObject({ bindings: z.array(z.record(z.string(), z.unknown())) });
const Envelope = z.strictObject({
  ...resource,
  properties: z.strictObject({ config: Config, isDisabled: z.boolean(), language: z.string() }),
});
const Functions = z.strictObject({ value: z.array(Envelope), nextLink: z.url().optional() });
const Problem = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });

export const subscriptionId = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff";
export const swapPath = `POST ${base}/slotsswap`;
export const settingsPath = `PUT ${base}/config/appsettings`;
export const functionPath = `PUT ${base}/functions/:function`;
export const deploymentsPath = `GET ${base}/deployments`;
export const problem = (status: number, code: string): Reply => ({
  status,
  body: { error: { code, message: `${code} happened.` } },
});

type Slot = {
  active: string;
  others: string[];
  functions: Record<string, z.infer<typeof Config>>;
  disabled: string[];
};
export type AzureServer = ContractServer & {
  slots: { production: Slot; staging: Slot };
  settings: () => Record<string, string>;
  /** How a swap goes: after how many looks it is over, whether it works at all. */
  course: { polls: number; fails: boolean };
  effects: { swaps: number; settings: number; functions: number };
};

const http = { bindings: [{ type: "httpTrigger", name: "req", direction: "in" }] };
const queue = (name: string) => ({ bindings: [{ type: "queueTrigger", name: "item", queueName: name }] });

/** A function app: production runs the bad deployment, the slot `staging` the good one. */
export async function startAzure(secret: string): Promise<AzureServer> {
  let settings: Record<string, string> = {
    MODEL: "large",
    API_KEY: "new-and-hidden",
    ONLY_NEW: "1",
    WEBSITE_CONTENTSHARE: "share",
  };
  const slots: AzureServer["slots"] = {
    production: {
      active: "d-bad",
      others: ["d-old"],
      functions: { ask: http, mail: queue("new") },
      disabled: [],
    },
    staging: { active: "d-good", others: [], functions: { ask: http, mail: queue("old") }, disabled: [] },
  };
  const course: AzureServer["course"] = { polls: 1, fails: false };
  const effects = { swaps: 0, settings: 0, functions: 0 };
  let pending: { id: string; polls: number } | null = null;
  let last: Reply | null = null;
  let url = "";

  const advance = (): void => {
    if (pending === null || pending.polls-- > 0) return;
    pending = null;
    if (course.fails) return;
    [slots.production, slots.staging] = [slots.staging, slots.production];
    effects.swaps += 1;
  };
  const prefix = (site: string, slot: string | null): string =>
    `/subscriptions/${subscriptionId}/resourceGroups/agents/providers/Microsoft.Web/sites/${site}${slot === null ? "" : `/slots/${slot}`}`;
  const slotOf = (params: Record<string, string>): Slot | null => {
    advance();
    if (
      params["subscription"] !== subscriptionId ||
      params["group"] !== "agents" ||
      params["site"] !== "mail"
    )
      return null;
    if (params["slot"] === undefined) return slots.production;
    return params["slot"] === "staging" ? slots.staging : null;
  };
  const withSlot = (params: Record<string, string>, answer: (slot: Slot) => unknown): Reply => {
    const slot = slotOf(params);
    return slot === null ? problem(404, "ResourceNotFound") : { status: 200, body: answer(slot) };
  };
  const at = (params: Record<string, string>): string => prefix("mail", params["slot"] ?? null);
  const twice = <T>(route: (on: string) => T): T[] => [route(base), route(`${base}/slots/:slot`)];

  const site = (on: string) => ({
    on: `GET ${on}`,
    query: version,
    answers: { 200: Site, 404: Problem },
    handle: ({ params }: { params: Record<string, string> }) =>
      withSlot(params, () => ({
        id: at(params),
        name: "mail",
        type: "Microsoft.Web/sites",
        kind: "functionapp,linux",
        location: "West Europe",
        properties: {
          state: "Running",
          defaultHostName: "mail.azurewebsites.net",
          inProgressOperationId: pending?.id ?? null,
          slotSwapStatus: null,
        },
      })),
  });
  const deployments = (on: string) => ({
    on: `GET ${on}/deployments`,
    query: version.extend({ page: z.string().optional() }),
    answers: { 200: Deployments, 404: Problem },
    handle: ({
      params,
      query,
      path,
    }: {
      params: Record<string, string>;
      query: Record<string, string>;
      path: string;
    }) =>
      withSlot(params, (slot) => {
        const one = (id: string, active: boolean) => ({
          id: `${at(params)}/deployments/${id}`,
          name: `mail/${id}`,
          type: "Microsoft.Web/sites/deployments",
          properties: { status: 4, message: "Deployed", active, end_time: "2026-11-20T08:00:00.000Z" },
        });
        // The second page is asked for by the link that the first one names.
        return query["page"] === "2"
          ? { value: [one(slot.active, true)] }
          : { value: slot.others.map((id) => one(id, false)), nextLink: `${url}${path}?page=2` };
      }),
  });
  const functions = (on: string) => ({
    on: `GET ${on}/functions`,
    query: version,
    answers: { 200: Functions, 404: Problem },
    handle: ({ params }: { params: Record<string, string> }) =>
      withSlot(params, (slot) => ({
        value: Object.entries(slot.functions).map(([name, config]) => ({
          id: `${at(params)}/functions/${name}`,
          name: `mail/${name}`,
          type: "Microsoft.Web/sites/functions",
          properties: { config, isDisabled: slot.disabled.includes(name), language: "node" },
        })),
      })),
  });
  const dictionary = () => ({
    id: `${prefix("mail", null)}/config/appsettings`,
    name: "appsettings",
    type: "Microsoft.Web/sites/config",
    properties: settings,
  });

  const server = await startContractServer(
    [
      entraRoute(secret, /^http:\/\/127\.0\.0\.1:\d+\/\.default$/, "az-token"),
      ...twice(site),
      ...twice(deployments),
      ...twice(functions),
      ...twice((on) => ({
        on: `POST ${on}/config/appsettings/list`,
        query: version,
        answers: { 200: StringDictionary, 404: Problem },
        handle: ({ params }: { params: Record<string, string> }) => withSlot(params, dictionary),
      })),
      {
        on: settingsPath,
        query: version,
        body: z.strictObject({ kind: z.string().optional(), properties: z.record(z.string(), z.string()) }),
        answers: { 200: StringDictionary },
        handle: ({ body }) => {
          settings = (body as { properties: Record<string, string> }).properties;
          effects.settings += 1;
          return { status: 200, body: dictionary() };
        },
      },
      {
        on: functionPath,
        query: version,
        body: z.strictObject({ properties: z.strictObject({ config: Config }) }),
        answers: { 201: Envelope },
        handle: ({ params, body }) => {
          const name = params["function"] ?? "";
          const { config } = (body as { properties: { config: z.infer<typeof Config> } }).properties;
          slots.production.functions[name] = config;
          effects.functions += 1;
          return {
            status: 201,
            body: {
              id: `${prefix("mail", null)}/functions/${name}`,
              name: `mail/${name}`,
              type: "Microsoft.Web/sites/functions",
              properties: { config, isDisabled: false, language: "node" },
            },
          };
        },
      },
      {
        on: swapPath,
        query: version,
        body: z.strictObject({ targetSlot: z.string(), preserveVnet: z.boolean() }),
        answers: { 202: null, 404: Problem, 409: Problem },
        handle: ({ body }) => {
          if ((body as { targetSlot: string }).targetSlot !== "staging") return problem(404, "SlotNotFound");
          if (pending !== null) return problem(409, "Conflict");
          pending = { id: "op-1", polls: course.polls };
          last = course.fails ? problem(500, "SwapFailed") : { status: 200 };
          return {
            status: 202,
            headers: { location: `${url}${prefix("mail", null)}/operationresults/op-1`, "retry-after": "0" },
          };
        },
      },
      {
        on: `GET ${base}/operationresults/:operation`,
        query: version,
        answers: { 200: null, 202: null, 500: Problem },
        handle: ({ path }) => {
          advance();
          if (pending === null) return last ?? { status: 200 };
          return { status: 202, headers: { location: `${url}${path}`, "retry-after": "0" } };
        },
      },
    ],
    ({ authorization }) =>
      authorization === "Bearer az-token" ? null : problem(401, "InvalidAuthenticationToken"),
  );
  url = server.url;
  return { ...server, slots, settings: () => settings, course, effects };
}

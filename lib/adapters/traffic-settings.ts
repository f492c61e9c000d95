import { z } from "zod";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";
import { VersionName } from "#lib/domain/service.ts";

/** What an operator calls a backend; for HAProxy, the name of a server. */
export const BackendName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_.:-]+$/, "A backend is letters, digits, dots, colons, hyphens and underscores.");

/** host:port, as a load balancer dials it. */
export const BackendAddress = z
  .string()
  .max(260)
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):\d{1,5}$/, "Write host:port.");

/** What every load balancer is told, besides how it is reached itself. Spread into its settings. */
export const trafficSettings = {
  address: HttpUrl.describe(
    "An address through the load balancer whose answer tells the version that serves, such as https://shop.example.com/version",
  ),
  versionField: z
    .string()
    .max(200)
    .default("version")
    .describe(
      "JSON path of the version in such an answer; header:NAME for a header; empty for the whole body",
    ),
  samples: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe("How many requests through the load balancer must all be answered by the wanted version"),
  probePath: UrlPath.optional().describe(
    "GET at each backend's own address: tells the version that it holds. Where it is set, no declared version is believed",
  ),
  probeScheme: z.enum(["http", "https"]).default("http"),
  versions: z
    .record(BackendName, VersionName)
    .default({})
    .describe("The version that each backend holds, where backends cannot be asked themselves"),
  readySeconds: z
    .number()
    .min(0)
    .max(600)
    .default(15)
    .describe("How long the load balancer may take to take up a change"),
  drainSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(30)
    .describe("How long to wait for what the other backends still answer"),
  drainRequired: z
    .boolean()
    .default(false)
    .describe("Fail when they still answer something after that; otherwise it is said and goes on"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each request"),
};

export type TrafficSettings = z.output<z.ZodObject<typeof trafficSettings>>;

const Place = z.strictObject({ name: z.string(), address: z.string() });

export const Route = z.strictObject({
  version: z.string().describe("The version that serves afterwards"),
  serving: z.array(Place).min(1).describe("The backends that hold it: they get all traffic"),
  idle: z.array(Place).describe("All others: they get none"),
  revision: z.string().nullable().describe("SHA-256 of the file that says so, where a file does"),
});
export type Route = z.output<typeof Route>;

export const Served = z.strictObject({ version: z.string(), samples: z.number().int() });
export type Served = z.output<typeof Served>;

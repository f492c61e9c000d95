import { z } from "zod";
import { HttpUrl, UrlPath } from "#lib/adapters/http-address.ts";
import { JsonValue } from "#lib/adapters/json-value.ts";

export const Settings = z.strictObject({
  url: HttpUrl.describe("Base address of the deployment API, such as http://gateway.internal:8080"),
  statusPath: UrlPath.default("/deployment/status").describe("GET: current environment, versions, history"),
  rollbackPath: UrlPath.default("/deployment/rollback").describe("POST: switches to the other environment"),
  healthPath: UrlPath.default("/health").describe("GET: answers 2xx with a healthy status"),
  queryPath: UrlPath.optional().describe(
    "POST: the core functionality, checked after the rollback when given",
  ),
  queryBody: JsonValue.default({ content: "test message", tenantId: "demo-tenant" }).describe(
    "What is sent there",
  ),
  metricsPath: UrlPath.optional().describe("GET: error rate as JSON or in the Prometheus text format"),
  errorRateName: z
    .string()
    .max(200)
    .regex(/^[A-Za-z_][A-Za-z0-9_.:\[\]]*$/, "Write a JSON path or the name of a metric.")
    .optional()
    .describe("JSON path or metric name of the error rate, a fraction; found by its usual names otherwise"),
  maxErrorRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("Fraction of failed requests that is too much"),
  maxMilliseconds: z
    .number()
    .int()
    .min(1)
    .max(600_000)
    .default(3000)
    .describe("A response that takes longer is too slow"),
  conditional: z
    .boolean()
    .default(false)
    .describe("The target understands a body {from, to, version} as a precondition, and Idempotency-Key"),
  settleSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(10)
    .describe("How long to watch the target when it is uncertain whether a switch request has arrived"),
  switchSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe("How long a switch may take to answer and to show"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each look at the target"),
});
export type Settings = z.output<typeof Settings>;

const Place = z.strictObject({ environment: z.string(), version: z.string().nullable() });

export const Switch = z.strictObject({
  environment: z.string().describe("The environment that serves afterwards"),
  version: z.string().describe("The version that it holds"),
  from: Place.describe("What serves before; anything else is drift, and nothing is sent"),
});
export type Switch = z.output<typeof Switch>;

export const Wanted = z.strictObject({ environment: z.string(), version: z.string() });
export type Wanted = z.output<typeof Wanted>;

export const WantedVersion = z.strictObject({ version: z.string() });
export type WantedVersion = z.output<typeof WantedVersion>;

export const Limit = z.strictObject({
  most: z.number().describe("Milliseconds, or a fraction of the requests"),
});
export type Limit = z.output<typeof Limit>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;

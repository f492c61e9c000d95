import { z } from "zod";
import { refusals, type RefusalCode } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { Problem } from "#lib/web/answers/common.ts";
import { basePath } from "#lib/web/dispatch.ts";
import type { Route } from "#lib/web/route.ts";

type Schema = Record<string, unknown>;

/** The OpenAPI 3.1 document of these endpoints, from the very schemas that validate. */
export function openapiDocument(routes: readonly Route[]): Schema {
  const components: Record<string, Schema> = {};
  const schemaOf = (schema: z.ZodType, io: "input" | "output"): Schema => toSchema(schema, io, components);
  const paths: Record<string, Schema> = {};
  for (const route of routes) {
    const item = (paths[`${basePath}${route.path}`] ??= {});
    item[route.method.toLowerCase()] = operation(route, schemaOf);
  }
  schemaOf(Problem, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Lastgood",
      version: "1",
      description:
        "Everything that the console does. Errors are RFC 9457 problem documents with a stable `code`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: config().url }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token: lg_…" },
        session: { type: "apiKey", in: "cookie", name: "lastgood-session" },
        signature: {
          type: "apiKey",
          in: "header",
          name: "X-Lastgood-Signature",
          description: "t=<Unix time>,v1=<hexadecimal HMAC-SHA-256 of `<Unix time>.<body>`>",
        },
      },
    },
  };
}

function operation(route: Route, schemaOf: (schema: z.ZodType, io: "input" | "output") => Schema): Schema {
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const problems = Object.fromEntries(
    [...refusalsByStatus(route)].map(([status, codes]) => [
      status,
      { description: codes.join(", "), content: problem },
    ]),
  );
  const content =
    typeof route.answer === "string"
      ? { [route.answer]: { schema: { type: "string" } } }
      : { "application/json": { schema: schemaOf(route.answer, "output") } };
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    "x-lastgood-access": route.access,
    security: securityOf(route),
    parameters: [...pathParameters(route), ...queryParameters(route, schemaOf), ...keyParameter(route)],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(route.body, "input") } },
          },
        }
      : {}),
    responses: { [route.status]: { description: "Done", content }, ...problems },
  };
}

function securityOf(route: Route): Schema[] {
  if (route.access === "public") return [];
  return [{ token: [] }, { session: [] }, ...(route.access === "webhook" ? [{ signature: [] }] : [])];
}

function refusalsByStatus(route: Route): Map<number, RefusalCode[]> {
  const codes = new Set<RefusalCode>(["BROKEN", "AUDIT_UNAVAILABLE", ...route.refusals]);
  if (route.access !== "public")
    for (const code of ["UNAUTHENTICATED", "FORBIDDEN", "THROTTLED"] as const) codes.add(code);
  if (route.path.includes("{")) codes.add("NOT_FOUND");
  if (route.query) codes.add("INVALID");
  if (route.method !== "GET") {
    const forBodies = [
      "CROSS_ORIGIN",
      "MALFORMED",
      "TOO_LARGE",
      "UNSUPPORTED_MEDIA",
      "INVALID",
      "DUPLICATE",
    ] as const;
    for (const code of forBodies) codes.add(code);
  }
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = refusals[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

function pathParameters(route: Route): Schema[] {
  return [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(
  route: Route,
  schemaOf: (schema: z.ZodType, io: "input" | "output") => Schema,
): Schema[] {
  if (!route.query) return [];
  return Object.entries(route.query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: "query",
    required: !schema.safeParse(undefined).success,
    schema: schemaOf(schema, "input"),
  }));
}

function keyParameter(route: Route): Schema[] {
  if (route.method === "GET") return [];
  const schema = { type: "string", minLength: 1, maxLength: 255 };
  const description = "The same key with the same body gives the first answer again and does nothing twice.";
  return [{ name: "Idempotency-Key", in: "header", required: false, description, schema }];
}

/** Schemas that carry an id become components; the rest stands where it is used. */
function toSchema(schema: z.ZodType, io: "input" | "output", components: Record<string, Schema>): Schema {
  const whole = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => shorten(jsonSchema),
  });
  const { $schema: _dialect, $defs, ...own } = whole;
  for (const [name, definition] of Object.entries($defs ?? {})) {
    if (!isAnyJson(name)) components[name] = moveReferences(definition) as Schema;
  }
  return moveReferences(own) as Schema;
}

/** What the format says already, and the bounds of JavaScript's own numbers, help no reader. */
function shorten(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.format === "date-time") delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** A schema without a name that refers to itself is `z.json()`: any JSON may stand there. */
function isAnyJson(name: string): boolean {
  return name.startsWith("__schema");
}

function moveReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moveReferences);
  if (typeof value !== "object" || value === null) return value;
  if ("$ref" in value && typeof value.$ref === "string") {
    const name = value.$ref.replace("#/$defs/", "");
    return isAnyJson(name) ? {} : { $ref: `#/components/schemas/${name}` };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moveReferences(item)]));
}

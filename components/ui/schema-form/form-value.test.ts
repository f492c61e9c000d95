import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  errorAt,
  hasErrorUnder,
  initialValue,
  parsePath,
  readNumber,
  standingErrors,
  strayErrors,
  valueAt,
  variantOf,
  withValueAt,
} from "#components/ui/schema-form/form-value.ts";
import {
  fieldKind,
  labelFromName,
  resolveSchema,
  variantName,
  type JsonSchema,
} from "#components/ui/schema-form/json-schema.ts";

const asForm = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
const schema = asForm(
  z.strictObject({
    base: z.url(),
    timeoutSeconds: z.int().min(1).default(10),
    ratio: z.number().optional(),
    colour: z.enum(["blue", "green"]),
    isStrict: z.boolean().default(true),
    tags: z.array(z.string()).min(1),
    checks: z.array(z.object({ path: z.string(), status: z.int().default(200) })),
    headers: z.record(z.string(), z.string()),
    token: z.string().meta({ "x-secret": true }),
    note: z.string().nullable(),
    hook: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("http"), url: z.url() }),
      z.object({ kind: z.literal("none") }),
    ]),
    free: z.unknown().optional(),
  }),
);
const kindOf = (name: string) => fieldKind(schema.properties?.[name] ?? {}, schema).kind;

describe("what a zod schema asks the form for", () => {
  it("is a control for each type, and JSON for what has none", () => {
    expect(Object.keys(schema.properties ?? {}).map((name) => [name, kindOf(name)])).toEqual([
      ["base", "text"],
      ["timeoutSeconds", "integer"],
      ["ratio", "number"],
      ["colour", "enum"],
      ["isStrict", "boolean"],
      ["tags", "list"],
      ["checks", "list"],
      ["headers", "record"],
      ["token", "secret"],
      ["note", "text"],
      ["hook", "variants"],
      ["free", "json"],
    ]);
  });

  it("knows what may be null", () => {
    expect(fieldKind(schema.properties?.note ?? {}, schema).isNullable).toBe(true);
    expect(fieldKind({ anyOf: [{ type: "integer" }, { type: "null" }] }, schema)).toEqual({
      kind: "integer",
      isNullable: true,
    });
  });

  it("follows references within the document", () => {
    const root: JsonSchema = { $defs: { Port: { type: "integer", title: "Port" } } };
    expect(resolveSchema({ $ref: "#/$defs/Port", description: "where" }, root)).toEqual({
      type: "integer",
      title: "Port",
      description: "where",
    });
    expect(fieldKind({ $ref: "#/$defs/Gone" }, root).kind).toBe("json");
  });

  it("names fields and variants for people", () => {
    expect(labelFromName("errorRatePercent")).toBe("Error rate percent");
    expect(labelFromName("p95_latency")).toBe("P95 latency");
    expect(labelFromName("isStrict")).toBe("Strict");
    expect(labelFromName("island")).toBe("Island");
    expect(variantName(schema.properties?.hook?.oneOf?.[0] ?? {}, schema, 0)).toBe("HTTP");
    expect([labelFromName("caFile"), labelFromName("timeoutMs")]).toEqual(["CA file", "Timeout (ms)"]);
  });
});

describe("a new form", () => {
  it("starts with defaults and constants and answers nothing else", () => {
    expect(initialValue(schema, schema)).toEqual({
      timeoutSeconds: 10,
      isStrict: true,
      tags: [undefined],
      checks: [],
      headers: {},
      note: null,
      hook: { kind: "http" },
    });
  });
});

describe("a value in a form", () => {
  const value = {
    checks: [{ path: "/health", status: 200 }, { path: "/ready" }],
    headers: { accept: "text/plain" },
  };

  it("is read and set by path without touching what lies beside it", () => {
    const next = withValueAt(value, ["checks", 1, "status"], 204) as typeof value;
    expect(valueAt(next, ["checks", 1, "status"])).toBe(204);
    expect(next.checks[0]).toBe(value.checks[0]);
    expect(next.headers).toBe(value.headers);
    expect(value.checks[1]).toEqual({ path: "/ready" });
  });

  it("is removed by setting nothing, and keys keep their order", () => {
    expect(withValueAt({ a: 1, b: 2, c: 3 }, ["b"], undefined)).toEqual({ a: 1, c: 3 });
    expect(Object.keys(withValueAt({ a: 1, b: 2 }, ["a"], 9) as object)).toEqual(["a", "b"]);
  });

  it("makes what is missing on the way", () => {
    expect(withValueAt(undefined, ["checks", 0, "path"], "/x")).toEqual({ checks: [{ path: "/x" }] });
  });

  it("never reaches the prototype", () => {
    expect(valueAt({}, ["constructor", "name"])).toBeUndefined();
    const next = withValueAt({}, ["__proto__", "polluted"], true) as object;
    expect(Object.hasOwn(next, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(next)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  it("tells which variant it is", () => {
    const variants = schema.properties?.hook?.oneOf ?? [];
    expect(variantOf({ kind: "none" }, variants, schema)).toBe(1);
    expect(variantOf(undefined, variants, schema)).toBeNull();
  });

  it("keeps what is no number as it was typed, for the server to refuse", () => {
    expect([readNumber("12.5"), readNumber(" "), readNumber("1e")]).toEqual([12.5, undefined, "1e"]);
  });
});

describe("an error", () => {
  it("is said without the validator's own words, and is known above its field", () => {
    const errors = [
      { path: "hook.url", message: "Invalid input: expected string, received undefined" },
      { path: "colour", message: 'Invalid option: expected one of "blue"|"green"' },
    ];
    expect(errorAt(errors, ["hook", "url"])).toBe("This is needed.");
    expect(errorAt(errors, ["colour"])).toBe("Choose one of these.");
    expect([hasErrorUnder(errors, ["hook"]), hasErrorUnder(errors, ["checks"])]).toEqual([true, false]);
  });

  it("finds its field however its path is written", () => {
    const wanted = ["checks", 0, "path"];
    for (const path of ["checks[0].path", "checks.0.path", "/checks/0/path"])
      expect(parsePath(path)).toEqual(wanted);
    expect(errorAt([{ path: "checks.0.path", message: "Needed" }], wanted)).toBe("Needed");
    expect(errorAt([{ path: "checks.1.path", message: "Needed" }], wanted)).toBeNull();
  });

  it("is kept where no field would show it", () => {
    const errors = [
      { path: "base", message: "a" },
      { path: "hook.url", message: "b" },
      { path: "headers.accept", message: "c" },
      { path: "nowhere", message: "d" },
      { path: "", message: "e" },
    ];
    expect(strayErrors(errors, schema).map((error) => error.message)).toEqual(["d", "e"]);
  });
});

describe("An error", () => {
  const told = { name: "", list: [{ url: "x" }, {}] };
  const errors = [
    { path: "name", message: "Needed" },
    { path: "list.0.url", message: "No address" },
    { path: "list.1.url", message: "Needed" },
    { path: "owner", message: "Needed" },
  ];
  const left = (now: unknown) => standingErrors(errors, told, now).map(({ path }) => path);

  it("stands until something else is at its place", () => {
    expect(left(told)).toEqual(["name", "list.0.url", "list.1.url", "owner"]);
    expect(left(withValueAt(told, ["name"], "Books"))).toEqual(["list.0.url", "list.1.url", "owner"]);
    expect(left(withValueAt(told, ["list", 0, "url"], "http://x"))).toEqual(["name", "list.1.url", "owner"]);
  });
});

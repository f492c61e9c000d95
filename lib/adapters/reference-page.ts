import { adapterById, type AdapterDescription } from "#lib/adapters/registry.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";
import { components as allComponents } from "#lib/domain/service.ts";

const phaseOrder = ["initiation", "validation", "execution", "verification", "completion"];

/** Pages by name below docs: adapters.md leads to adapters/ID.md. Throws when an example does not fit its schema. */
export function adapterPages(adapters: readonly AdapterDescription[]): Record<string, string> {
  return Object.fromEntries([
    ["adapters.md", intro(adapters)],
    ...adapters.map((adapter) => [`adapters/${adapter.id}.md`, section(adapter)]),
  ]) as Record<string, string>;
}

function intro(adapters: readonly AdapterDescription[]): string {
  const rows = adapters.map(({ id, title, components, proof }) => [
    link(id),
    title,
    components.length === allComponents.length ? "any" : components.map(code).join(", "),
    proof.kind,
  ]);
  return `# Adapters

An adapter knows one kind of place where a part of a service lives. A target is an adapter with its settings, in one environment of one service. This page, and one for each adapter, are generated from the schemas that validate them (\`node bin/generate/adapters-reference.ts\`); the same descriptions come from \`GET /api/v1/adapters\` as JSON Schema.

${table(["Adapter", "What it is", "Components", "Proof"], rows)}

## What holds for all of them

- **Who sets them.** An admin everywhere registers targets (\`POST /api/v1/services\`) and changes them (\`PATCH /api/v1/services/{id}\`; environments that are given replace their targets). Whoever may do that can have the worker run programs and read files as its own user: give that role accordingly, and run the worker as a user that may do no more than it must.
- **Addresses.** Nothing is called that does not stand in the environment's \`allow\`, as \`host:port\`. Loopback and private addresses must be named themselves; every redirect is checked again.
- **Secrets** are given by reference and fetched by the worker just before use: \`env:LASTGOOD_SECRET_NAME\` reads a variable of the worker's with that prefix, \`file:/path\` a file in \`LASTGOOD_SECRETS_DIR\` (\`secrets.d\` in the data folder), \`stored:name\` what was set under Secrets, \`vault:mount/path#key\` a HashiCorp Vault. They never leave it: output, errors and evidence are redacted in raw, base64, URL-encoded, JSON-escaped and hexadecimal form.
- **Steps.** A mutating step looks, acts only if the target is not yet as wanted, and looks again. What it wants stands in the plan and is part of what approvers sign. If the outcome of an earlier attempt is unknown and looking cannot settle it, the rollback stops and says what is uncertain.
- **By hand.** Every step has a command that a person could type; it stands in the plan and in the runbook.
- **Proof.** "Real": the contract suite and the adapter's own tests ran against what is named. "Contract": against a stand-in that keeps the documented contract.
`;
}

function section(adapter: AdapterDescription): string {
  const { id, title, description, components, settings, secrets, proof, operations, example } = adapter;
  const inOrder = operations.toSorted((a, b) => phaseOrder.indexOf(a.phase) - phaseOrder.indexOf(b.phase));
  const states = inOrder.flatMap((operation) => {
    const rows = fields(operation.desired);
    return rows.length === 0
      ? []
      : [`\`${operation.id}\` wants:\n\n${table(["Field", "Type", "Meaning"], rows.map(withoutDefault))}`];
  });
  const parts = [
    `# ${title} (\`${id}\`)`,
    `${description} What holds for every adapter stands in [Adapters](../adapters.md).`,
    `Components: ${components.map(code).join(", ")}. Proof: ${proof.kind === "real" ? "real" : "contract"}, against ${proof.against}.`,
    "## Settings",
    table(["Setting", "Type", "Default", "Meaning"], fields(settings)),
    "## Secrets",
    Object.keys(secrets).length === 0
      ? "None."
      : table(
          ["Name", "What becomes of it"],
          Object.entries(secrets).map(([name, what]) => [name === "*" ? "any other" : code(name), what]),
        ),
    "## Operations",
    table(
      ["Operation", "Phase", "What it does", "Changes the target", "Can be undone", "Limit"],
      inOrder.map((operation) => [
        code(operation.id),
        operation.phase,
        operation.title,
        operation.mutating ? "yes" : "no, it looks",
        operation.mutating ? operation.reversibility : "",
        `${operation.limitSeconds} s`,
      ]),
    ),
    ...(states.length === 0 ? [] : ["## Desired state", ...states]),
    "## Example",
    "```json\n" + exampleText(id, example) + "\n```",
  ];
  return `${parts.join("\n\n")}\n`;
}

function exampleText(id: string, { component, settings, secrets }: AdapterDescription["example"]): string {
  adapterById(id)?.settings.parse(settings);
  return JSON.stringify({ component, adapter: id, settings, ...(secrets ? { secrets } : {}) }, null, 2);
}

type Schema = JsonObject;

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Name, type, default and meaning of each field; what must be given says so in place of a default. */
function fields(schema: JsonObject): string[][] {
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(properties).map(([name, field]) => {
    const own = isSchema(field) ? field : {};
    const preset = own["default"];
    const standard =
      preset !== undefined ? code(JSON.stringify(preset)) : required.includes(name) ? "required" : "";
    return [
      code(name),
      typeOf(own),
      standard,
      typeof own["description"] === "string" ? own["description"] : "",
    ];
  });
}

const withoutDefault = ([name = "", type = "", , meaning = ""]: readonly string[]): string[] => [
  name,
  type,
  meaning,
];

function typeOf(schema: Schema): string {
  if (Array.isArray(schema["enum"]))
    return schema["enum"].map((one) => code(JSON.stringify(one))).join(" or ");
  if (schema["const"] !== undefined) return code(JSON.stringify(schema["const"]));
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) {
    const types = choices.filter(isSchema).map(typeOf);
    return [...new Set(types)].join(" or ");
  }
  const { type, minimum, maximum, items, additionalProperties } = schema;
  if (type === "array") return isSchema(items) ? `list of ${typeOf(items)}` : "list";
  if (type === "object") return objectType(schema, additionalProperties);
  if (type === "number" || type === "integer") {
    const words = type === "integer" ? "whole number" : "number";
    return typeof minimum === "number" && typeof maximum === "number"
      ? `${words}, ${minimum} to ${maximum}`
      : words;
  }
  if (type === "boolean") return "true or false";
  if (type === "null") return "null";
  return type === "string" ? "text" : "any JSON";
}

function objectType(schema: Schema, values: Json | undefined): string {
  const properties = isSchema(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  if (properties.length > 0) return `object of ${properties.map(code).join(", ")}`;
  return isSchema(values) ? `names with ${typeOf(values)}` : "object";
}

const code = (text: string): string => `\`${text}\``;
const link = (id: string): string => `[\`${id}\`](adapters/${id}.md)`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

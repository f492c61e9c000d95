import { z } from "zod";
import type { JsonSchema } from "#components/ui/schema-form/json-schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { RegisterService } from "#lib/domain/service.ts";

export type AdapterChoice = {
  id: string;
  title: string;
  description: string;
  components: readonly string[];
  settings: JsonObject;
  secrets: Record<string, string>;
  operations: readonly { mutating: boolean }[];
};

/** The form of a new service: the API's own schema, with each adapter's settings in place of "any object". */
export function registerSchema(
  adapters: readonly AdapterChoice[],
  playbooks: readonly { id: string; title: string }[],
): JsonSchema {
  const base = z.toJSONSchema(RegisterService, { io: "input" }) as JsonSchema;
  const environments = property(base, "environments");
  const environment = typeof environments.items === "object" ? environments.items : {};
  const described = adapters.map(({ settings }) => settings as JsonSchema);
  return {
    ...base,
    $defs: Object.assign({}, base.$defs, ...described.map((schema) => schema.$defs)) as Record<
      string,
      JsonSchema
    >,
    properties: {
      name: { ...property(base, "name"), description: "As people call it." },
      id: {
        ...property(base, "id"),
        description: "Lower-case letters, digits and hyphens. It stands in addresses and never changes.",
      },
      system: {
        ...property(base, "system"),
        description: "The group it belongs to. Roles are given by system.",
      },
      owner: { ...property(base, "owner"), description: "The team that is asked about it." },
      playbook: {
        type: "string",
        enum: playbooks.map(({ id }) => id),
        description:
          "The rules by which it is rolled back: what is asked, who approves, in which steps. It can be changed later.",
        "x-labels": Object.fromEntries(playbooks.map(({ id, title }) => [id, `${title} (${id})`])),
      },
      environments: {
        ...environments,
        items: {
          ...environment,
          properties: {
            name: { ...property(environment, "name"), description: "production, staging, development …" },
            protected: {
              ...property(environment, "protected"),
              description: "Plans need approval by somebody else.",
            },
            allow: {
              ...property(environment, "allow"),
              title: "Reachable places",
              description:
                "`host:port` of everything that the worker may call for the targets below, checks included. Nothing else is ever called.",
            },
            targets: {
              ...property(environment, "targets"),
              description:
                "What is put back, and what is looked at to see that it worked. One for each place, through an adapter.",
              items: { oneOf: inOrder(adapters).map(targetSchema), "x-choose": true },
            },
          },
        },
      },
      dependsOn: {
        ...property(base, "dependsOn"),
        title: "Dependencies",
        description: "Registered services that it cannot do without.",
      },
    },
  };
}

/** The form of what can be changed about a service: all but its id. */
export function changeSchema(...given: Parameters<typeof registerSchema>): JsonSchema {
  const schema = registerSchema(...given);
  const { id: _, environments, ...properties } = schema.properties ?? {};
  return {
    ...schema,
    required: (schema.required ?? []).filter((name) => name !== "id"),
    properties: {
      ...properties,
      environments: {
        ...environments,
        description: "One that is left out here stays as it is: its history speaks of it.",
      },
    },
  };
}

const whereSecretsAre =
  "Where the worker finds each, never the secret itself: `stored:NAME` as it was set under People, Secrets; `env:LASTGOOD_SECRET_NAME`; `file:/path`; or `vault:mount/path#key`.";

const acts = ({ operations }: AdapterChoice) => operations.some(({ mutating }) => mutating);

/** What puts something back first, then what only looks, each by title. */
function inOrder(adapters: readonly AdapterChoice[]): AdapterChoice[] {
  return adapters.toSorted((a, b) => Number(acts(b)) - Number(acts(a)) || a.title.localeCompare(b.title));
}

function targetSchema(adapter: AdapterChoice): JsonSchema {
  const { $defs: _, ...settings } = adapter.settings as JsonSchema;
  const names = Object.keys(adapter.secrets).filter((name) => name !== "*");
  const [only, ...more] = adapter.components;
  const secret: JsonSchema = { type: "string", "x-secret": true };
  return {
    type: "object",
    title: adapter.title,
    description: adapter.description,
    required: ["adapter", "component", "settings"],
    "x-extra": "test-connection",
    "x-group": acts(adapter) ? "Put something back" : "Only look",
    properties: {
      adapter: { const: adapter.id },
      component: {
        type: "string",
        enum: adapter.components,
        ...(only === undefined || more.length > 0 ? {} : { default: only }),
      },
      settings,
      ...(names.length > 0 || "*" in adapter.secrets
        ? {
            secrets:
              "*" in adapter.secrets
                ? { type: "object", description: whereSecretsAre, additionalProperties: secret }
                : {
                    type: "object",
                    description: whereSecretsAre,
                    properties: Object.fromEntries(
                      names.map((name) => [name, { ...secret, description: adapter.secrets[name] ?? "" }]),
                    ),
                  },
          }
        : {}),
    },
  };
}

function property(schema: JsonSchema, name: string): JsonSchema {
  return schema.properties?.[name] ?? {};
}

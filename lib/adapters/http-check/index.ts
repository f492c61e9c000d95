import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { curlCommand } from "#lib/adapters/curl-command.ts";
import { Settings } from "#lib/adapters/http-check/schema.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 120,
  command: ({ method, url, headers, body }, _desired, secrets = []) => {
    const isJson = body !== undefined && typeof body !== "string";
    return curlCommand({
      method,
      url,
      bearer: secrets.find((name) => name === "token"),
      headers: { ...(isJson && { "content-type": "application/json" }), ...headers },
      body: method === "GET" || body === undefined ? undefined : isJson ? JSON.stringify(body) : body,
    });
  },
  executor: async () => (await import("#lib/adapters/http-check/executor.ts")).checkHttp,
});

export const httpCheck = defineAdapter<Settings>({
  id: "http-check",
  title: "HTTP check",
  description: "Asks an address and looks at the status, the text, the JSON, and how long the answer takes.",
  components,
  settings: Settings,
  secrets: { token: "Sent as bearer token" },
  proof: { kind: "real", against: "HTTP servers on loopback" },
  example: {
    component: "code",
    settings: {
      title: "The shop answers with the restored version",
      url: "https://shop.example.com/version",
      json: [{ path: "version", equalsVersion: true }],
      count: 3,
    },
  },
  operations,
});

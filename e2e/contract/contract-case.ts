import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";

/** One adapter against a real counterpart, as the contract suite uses it. */
export type ContractCase = {
  adapter: string;
  settings: JsonObject;
  secrets: Record<string, string>;
  allow: string[];
  request: PlanRequest;
  /** All that may not change while somebody only looks: inodes, times, contents, colours, numbers of POSTs. */
  fingerprint: () => Promise<Json>;
  /** How often the world was really changed by the operation of that id. */
  effects: (operation: string) => Promise<number>;
  /** Settings that the schema must refuse. */
  wrongSettings: JsonObject[];
  stop: () => Promise<void>;
};

/** How a suite comes by its cases. */
export type OpenCases = {
  /** A fresh case for each test. */
  make: () => Promise<ContractCase>;
  /** Once, after the last test: what all cases shared. */
  close?: () => Promise<void>;
};

export const hostileVersions = [
  "$(touch owned)",
  "`touch owned`",
  "; touch owned",
  "| touch owned",
  "&& touch owned #",
  "'; touch owned; '",
  "../../owned",
  "/etc/passwd",
  "..",
  "--rollback",
  "-rf",
  "{{7*7}}",
  "${version}",
  "{revision}",
  "{file}",
  "%2e%2e%2fowned",
  "a\nb",
  "a\r\nX-Injected: 1",
  "a b",
  "<script>",
  "$&",
  "\u202e2.3.0",
  "2.3.0\u0000",
];

export function planRequest(changes: { version?: string; revision?: string | null } = {}): PlanRequest {
  const none = { commit: null, imageDigest: null, migrationHead: null, backup: null };
  return {
    component: "code",
    from: { version: "2.4.0", artifacts: { ...none, configurationRevision: "2.4.0" } },
    to: {
      version: changes.version ?? "2.3.0",
      artifacts: {
        ...none,
        configurationRevision: changes.revision === undefined ? "2.3.0" : changes.revision,
      },
    },
    rollback: "rb_contract",
    named: null,
  };
}

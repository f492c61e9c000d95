import { z } from "zod";
import { caddy } from "#lib/adapters/caddy/index.ts";
import { azureFunctions } from "#lib/adapters/azure-functions/index.ts";
import { celeryCheck } from "#lib/adapters/celery-check/index.ts";
import { command } from "#lib/adapters/command/index.ts";
import type { AnyAdapter, Proof } from "#lib/adapters/contract.ts";
import { dockerCompose } from "#lib/adapters/docker-compose/index.ts";
import { copilotStudio } from "#lib/adapters/copilot-studio/index.ts";
import { dockerSwarm } from "#lib/adapters/docker-swarm/index.ts";
import { envFile } from "#lib/adapters/env-file/index.ts";
import { etcd } from "#lib/adapters/etcd/index.ts";
import { featureFlag } from "#lib/adapters/feature-flag/index.ts";
import { git } from "#lib/adapters/git/index.ts";
import { haproxy } from "#lib/adapters/haproxy/index.ts";
import { httpBlueGreen } from "#lib/adapters/http-blue-green/index.ts";
import { httpCheck } from "#lib/adapters/http-check/index.ts";
import { kubernetes } from "#lib/adapters/kubernetes/index.ts";
import { langchain } from "#lib/adapters/langchain/index.ts";
import { maintenanceMode } from "#lib/adapters/maintenance-mode/index.ts";
import { migrations } from "#lib/adapters/migrations/index.ts";
import { nginx } from "#lib/adapters/nginx/index.ts";
import { postgresql } from "#lib/adapters/postgresql/index.ts";
import { queueLength } from "#lib/adapters/queue-length/index.ts";
import { render } from "#lib/adapters/render/index.ts";
import { logCheck } from "#lib/adapters/log-check/index.ts";
import { prometheusCheck } from "#lib/adapters/prometheus-check/index.ts";
import { sqlCheck } from "#lib/adapters/sql-check/index.ts";
import { staticSite } from "#lib/adapters/static-site/index.ts";
import { tcpCheck } from "#lib/adapters/tcp-check/index.ts";
import { websocketCheck } from "#lib/adapters/websocket-check/index.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { PhaseId, Reversibility } from "#lib/domain/plan.ts";
import type { Component } from "#lib/domain/service.ts";

/** Every adapter. A new one adds its folder and a line here. */
export const adapters: readonly AnyAdapter[] = [
  httpBlueGreen,
  envFile,
  httpCheck,
  command,
  websocketCheck,
  tcpCheck,
  sqlCheck,
  prometheusCheck,
  logCheck,
  etcd,
  featureFlag,
  git,
  maintenanceMode,
  haproxy,
  nginx,
  caddy,
  staticSite,
  render,
  langchain,
  azureFunctions,
  copilotStudio,
  migrations,
  kubernetes,
  postgresql,
  celeryCheck,
  queueLength,
  dockerCompose,
  dockerSwarm,
];

export function adapterById(id: string): AnyAdapter | undefined {
  return adapters.find((adapter) => adapter.id === id);
}

export type AdapterDescription = {
  id: string;
  title: string;
  description: string;
  components: readonly Component[];
  /** JSON Schema of the settings as they are written: what has a default may be left out. */
  settings: JsonObject;
  secrets: Record<string, string>;
  proof: Proof;
  example: AnyAdapter["example"];
  operations: {
    id: string;
    title: string;
    phase: PhaseId;
    mutating: boolean;
    reversibility: Reversibility;
    limitSeconds: number;
    /** JSON Schema of the absolute state that it wants. */
    desired: JsonObject;
  }[];
};

/** What GET /adapters, the target form and the reference pages are made of. */
export function adapterDescriptions(): AdapterDescription[] {
  return adapters.map(({ settings, operations, ...adapter }) => ({
    id: adapter.id,
    title: adapter.title,
    description: adapter.description,
    components: adapter.components,
    settings: jsonSchema(settings, "input"),
    secrets: adapter.secrets,
    proof: adapter.proof,
    example: adapter.example,
    operations: operations.map((operation) => ({
      id: operation.id,
      title: operation.title,
      phase: operation.phase,
      mutating: operation.mutating,
      reversibility: operation.reversibility,
      limitSeconds: operation.limitSeconds,
      desired: jsonSchema(operation.desired, "output"),
    })),
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io }))) as JsonObject;
}

import type { Act } from "#components/action/answer.ts";
import type { AddDeployment } from "#components/service/add-found.tsx";
import type { Listed } from "#components/console/open-work.ts";
import type { Role } from "#lib/domain/role.ts";
import type { DeploymentView, PinView, ReadinessView, ServiceView } from "#lib/domain/view.ts";

/** One environment of one service, as plain data. */
export type ServiceData = {
  service: ServiceView;
  environment: string;
  deployments: Listed<DeploymentView>;
  pins: PinView[];
  readiness: ReadinessView;
  /** Titles of adapters by id. */
  adapters: Record<string, string>;
  /** Those that a service can follow. */
  playbooks: { id: string; title: string; version: number }[];
  /** What the reader holds in the service's system. */
  role: Role | null;
  /** Whether the deployments shown begin with the newest. */
  isNewest: boolean;
};

export type ServiceActions = {
  follow: Act<{ id: string; changes: { playbook: string } }>;
  add: AddDeployment;
  look: Act<{ id: string; environment: string }, { inspections: string[] }>;
  judge: Act<{ deployment: string; knownGood: boolean; reason: string }>;
  quarantine: Act<{ service: string; environment: string; version: string; reason: string }>;
  release: Act<{ pin: string; reason: string }>;
};

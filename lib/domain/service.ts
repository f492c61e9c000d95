import { z } from "zod";
import { JsonObject } from "#lib/domain/json.ts";

export const components = [
  "code",
  "configuration",
  "database",
  "knowledge_base",
  "ui",
  "feature_flag",
  "routing",
] as const;
export const Component = z.enum(components);
export type Component = z.infer<typeof Component>;

export const ServiceId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "Use 1 to 63 lower-case letters, digits and inner hyphens.",
  );
export const EnvironmentName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "An environment is 1 to 63 lower-case letters, digits and inner hyphens.",
  );
const SystemName = z.string().trim().min(1).max(100);

/** A version name as people write them: no white space, no control characters, nothing a shell or a path would read. */
export const VersionName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
    "A version is letters, digits, dots, hyphens, underscores and plus signs.",
  )
  .refine((v) => !v.includes(".."), "A version has no two dots in a row.");

const HostPort = z
  .string()
  .max(260)
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):\d{1,5}$/, "Write host:port.")
  .refine((v) => {
    const port = Number(v.slice(v.lastIndexOf(":") + 1));
    return port > 0 && port < 65536;
  }, "The port is between 1 and 65535.");

export const SecretName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
/** Where the worker finds a secret: `env:NAME`, `file:/path`, `stored:name` or `vault:path#key`. Never the secret itself. */
export const SecretReference = z
  .string()
  .max(500)
  .regex(
    /^(?:env:[A-Z][A-Z0-9_]{0,127}|file:\/[^\0]{1,400}|stored:[a-zA-Z][a-zA-Z0-9_-]{0,63}|vault:[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+#[A-Za-z0-9_.-]{1,100})$/,
    "Write env:NAME, file:/absolute/path, stored:name or vault:mount/path#key.",
  );

const TargetInput = z.strictObject({
  component: Component,
  adapter: z.string().min(1).max(64),
  settings: JsonObject.default({}),
  secrets: z.record(SecretName, SecretReference).default({}),
});

/** A target that is about to be registered, and what may be reached for it. */
export const TrialTarget = TargetInput.extend({ allow: z.array(HostPort).max(200).default([]) });
export type TrialTarget = z.infer<typeof TrialTarget>;

export const EnvironmentInput = z.strictObject({
  name: EnvironmentName,
  protected: z.boolean().default(false),
  /** Whether a trigger may act here by itself, where the playbook allows it; absent: as it was, at first off. */
  automaticRollback: z.boolean().optional(),
  allow: z.array(HostPort).max(200).optional(),
  targets: z.array(TargetInput).max(50).default([]),
});
export type EnvironmentInput = z.infer<typeof EnvironmentInput>;

const DependencyInput = z.strictObject({
  service: ServiceId,
  versions: z.string().max(200).optional(),
});

export const RegisterService = z.strictObject({
  id: ServiceId,
  name: z.string().trim().min(1).max(200),
  system: SystemName,
  owner: z.string().trim().min(1).max(200),
  playbook: z.string().min(1).max(64),
  environments: z.array(EnvironmentInput).min(1).max(20),
  dependsOn: z.array(DependencyInput).max(100).default([]),
});
export type RegisterService = z.infer<typeof RegisterService>;
export const UpdateService = RegisterService.omit({ id: true }).partial();

const Artifact = z.string().trim().min(1).max(500);
export const ReportDeployment = z.strictObject({
  environment: EnvironmentName,
  version: VersionName,
  deployedAt: z.iso.datetime({ offset: true }).optional(),
  strategy: z.string().trim().max(64).optional(),
  knownGood: z.boolean().optional(),
  commit: Artifact.optional(),
  imageDigest: Artifact.optional(),
  configurationRevision: Artifact.optional(),
  migrationHead: Artifact.optional(),
  backup: Artifact.optional(),
  notes: z.string().trim().max(4000).optional(),
});
export type ReportDeployment = z.infer<typeof ReportDeployment>;

/** The artifacts of one deployment that a plan can put back. */
export type Artifacts = {
  commit: string | null;
  imageDigest: string | null;
  configurationRevision: string | null;
  migrationHead: string | null;
  backup: string | null;
};

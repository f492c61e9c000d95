import { createHash } from "node:crypto";
import type { AdapterContext, Executor, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import type { Kube, PatchOperation } from "#lib/adapters/kubernetes/api.ts";
import { pointAt, referencesIn, revisionPattern } from "#lib/adapters/kubernetes/config-references.ts";
import { findStore, readDeployment } from "#lib/adapters/kubernetes/look.ts";
import type { Store } from "#lib/adapters/kubernetes/objects.ts";
import { rolledOut } from "#lib/adapters/kubernetes/rollout.ts";
import type { ConfigurationWanted, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { templatePrint } from "#lib/adapters/kubernetes/template.ts";
import { notSet } from "#lib/adapters/kubernetes/wanted.ts";
import { converge } from "#lib/adapters/kubernetes/write.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Configuration = NonNullable<Settings["configuration"]>;
export type Observed = { uid: string; isThere: boolean; print: string };
const revisionName = /^[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?$/;

export async function planRestore(
  ctx: Context,
  request: PlanRequest,
): Promise<Planned<ConfigurationWanted, Observed> | null> {
  if (request.component !== "configuration") return null;
  if (request.named !== null && !request.named.includes("restore-config-map")) return null;
  const { configuration, deployment } = ctx.settings;
  if (configuration === undefined) throw notSet("configuration", "restore-configuration");
  const revision = request.to.artifacts.configurationRevision;
  if (revision === null || !revisionName.test(revision))
    throw new Fault(
      "permanent",
      "NO_CONFIGURATION_REVISION",
      revision === null
        ? "No configuration revision was recorded for that version."
        : "What was recorded as configuration revision cannot be a part of a Kubernetes name.",
      "Report deployments with the configuration revision that they were deployed with.",
    );
  return withKube(ctx, async (kube) => {
    const { kind, name } = configuration;
    const source = configuration.revisionName.replace("{revision}", revision);
    const stored = await readStored(ctx, kube, kind, source);
    const signed = { kind, revision, source, sha256: storePrint(stored, stored) };
    if (name !== undefined) {
      const target = await readTarget(ctx, kube, kind, name);
      const desired: ConfigurationWanted = {
        ...signed,
        into: { how: "content", name, uid: target.metadata.uid },
      };
      const observed = await observe(ctx, kube, desired);
      return {
        title: observed.isThere
          ? `${kind} ${name} holds ${source} already`
          : `Restore the content of the ${kind} ${name} from ${source}: ${difference(target, stored)}`,
        desired,
        observed,
        notReverted: [
          { what: `What running pods have read from ${name}`, why: "They keep it until they are restarted." },
        ],
      };
    }
    const found = await readDeployment(kube, ctx.settings, deployment);
    const isRevision = revisionPattern(configuration.revisionName);
    const named = referencesIn(found.spec.template, kind).filter((one) => isRevision(one.name));
    if (named.length === 0) throw noReference(deployment, configuration);
    const instead = [...new Set(named.map((one) => one.name))].toSorted();
    const desired: ConfigurationWanted = {
      ...signed,
      into: { how: "reference", deployment, uid: found.metadata.uid, instead },
    };
    const observed = await observe(ctx, kube, desired);
    return {
      title: observed.isThere
        ? `${deployment} refers to ${source} already`
        : `Have ${deployment} refer to the ${kind} ${source} instead of ${instead.join(", ")}, and roll its pods`,
      desired,
      observed,
    };
  });
}

export const restoreExecutor: Executor<Settings, ConfigurationWanted, Observed> = {
  observe: (ctx, desired) => withKube(ctx, (kube) => observe(ctx, kube, desired)),
  stable: ({ uid, print }) => ({ uid, print }),
  isDone: (desired, { uid, isThere }) => uid === desired.into.uid && isThere,
  apply: (ctx, desired, before) =>
    withKube(ctx, async (kube) => {
      const stored = await readStored(ctx, kube, desired.kind, desired.source);
      if (storePrint(stored, stored) !== desired.sha256) throw changed(desired);
      const { into } = desired;
      if (into.how === "reference")
        return converge(ctx, kube, {
          kind: "deployments",
          name: into.deployment,
          uid: into.uid,
          look: () => readDeployment(kube, ctx.settings, into.deployment),
          missing: ({ spec }) => {
            const missing = pointAt(
              referencesIn(spec.template, desired.kind),
              (name) => into.instead.includes(name),
              desired.source,
            );
            if (missing.length === 0) return null;
            if (templatePrint(spec.template) !== before.print) throw drift(into.deployment);
            return missing;
          },
          summary: `${into.deployment} refers to ${desired.source}.`,
          data: { source: desired.source },
        });
      return converge(ctx, kube, {
        kind: desired.kind === "ConfigMap" ? "configmaps" : "secrets",
        name: into.name,
        uid: into.uid,
        look: () => readTarget(ctx, kube, desired.kind, into.name),
        missing: (target) => {
          if (storePrint(target, stored) === desired.sha256) return null;
          if (storePrint(target, stored) !== before.print) throw drift(into.name);
          return contentOf(target, stored);
        },
        summary: `${into.name} holds the content of ${desired.source}.`,
        data: { source: desired.source },
      });
    }),
  verify: (ctx, desired) =>
    withKube(ctx, async (kube) => {
      const { into, source, kind } = desired;
      const { isThere } = await observe(ctx, kube, desired);
      if (into.how === "content")
        return [
          evidence(
            `${kind} ${into.name}`,
            isThere,
            isThere ? `It holds what ${source} holds.` : `It does not hold what ${source} holds.`,
          ),
        ];
      const { deployment } = await rolledOut(ctx, kube, into.deployment);
      return [
        evidence(
          `Configuration of ${into.deployment}`,
          isThere,
          isThere
            ? `Its ${deployment.spec.replicas} pods come from a template that refers to ${source}.`
            : `Its template does not refer to ${source}.`,
        ),
      ];
    }),
};

async function observe(ctx: Context, kube: Kube, desired: ConfigurationWanted): Promise<Observed> {
  const { into, kind, source, sha256 } = desired;
  const stored = await readStored(ctx, kube, kind, source);
  if (into.how === "content") {
    const target = await readTarget(ctx, kube, kind, into.name);
    const print = storePrint(target, stored);
    return { uid: target.metadata.uid, isThere: print === sha256, print };
  }
  const { metadata, spec } = await readDeployment(kube, ctx.settings, into.deployment);
  const names = referencesIn(spec.template, kind).map(({ name }) => name);
  const isOld = (name: string) => name !== source && into.instead.includes(name);
  return {
    uid: metadata.uid,
    isThere: names.includes(source) && !names.some(isOld),
    print: templatePrint(spec.template),
  };
}

async function readStored(
  ctx: Context,
  kube: Kube,
  kind: Configuration["kind"],
  name: string,
): Promise<Store> {
  const found = await findStore(kube, ctx.settings, kind, name);
  if (found !== null) return found;
  throw new Fault(
    "permanent",
    "CONFIGURATION_GONE",
    `There is no ${kind} ${name}, which would hold the recorded configuration revision.`,
    "Apply the file of that very revision under that name, or correct revisionName in the settings.",
  );
}

async function readTarget(
  ctx: Context,
  kube: Kube,
  kind: Configuration["kind"],
  name: string,
): Promise<Store> {
  const found = await readStored(ctx, kube, kind, name);
  if (!found.immutable) return found;
  throw new Fault(
    "permanent",
    "IMMUTABLE",
    `The ${kind} ${name} is immutable; its content cannot be restored.`,
    "Leave `name` out of the settings, so that the Deployment's reference is set to the wanted revision.",
  );
}

/** Of a content; with the UID of the stored revision, so that the hash of a short secret tells nothing elsewhere. */
function storePrint({ data, binaryData }: Store, stored: Store): string {
  const content = { data: data ?? {}, binaryData: binaryData ?? {}, of: stored.metadata.uid };
  return createHash("sha256").update(canonical(content)).digest("hex");
}

function contentOf(target: Store, stored: Store): PatchOperation[] {
  return (["data", "binaryData"] as const).flatMap((field): PatchOperation[] => {
    const wanted = stored[field] ?? {};
    if (canonical(wanted) === canonical(target[field] ?? {})) return [];
    return [{ op: "add", path: `/${field}`, value: wanted }];
  });
}

/** By the names of keys; values may be secret. */
function difference(target: Store, stored: Store): string {
  const of = ({ data, binaryData }: Store): Record<string, string> => ({ ...binaryData, ...data });
  const [from, to] = [of(target), of(stored)];
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (key) => from[key] !== to[key],
  );
  return keys.length === 0 ? "no difference" : `${keys.toSorted().join(", ")} change`;
}

const noReference = (deployment: string, { kind, revisionName: pattern }: Configuration): Fault =>
  new Fault(
    "permanent",
    "NO_REFERENCE",
    `The pod template of ${deployment} refers to no ${kind} whose name is like ${pattern}.`,
    "Correct revisionName, or give `name` where pods read one object whose content changes.",
  );

const changed = ({ kind, source }: ConfigurationWanted): Fault =>
  new Fault(
    "permanent",
    "REVISION_CHANGED",
    `The ${kind} ${source} is not what was signed: its content has changed.`,
    "Find out who changed it, and make a new plan. Immutable objects cannot be changed.",
  );

const drift = (name: string): Fault =>
  new Fault(
    "permanent",
    "DRIFT",
    `Somebody else changed ${name} at the same moment.`,
    "Nothing was sent over it. Find out who did it, and make a new plan.",
  );

import type { AdapterContext, FoundVersion, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { withKube } from "#lib/adapters/kubernetes/api.ts";
import { digestOf, tagOf } from "#lib/adapters/kubernetes/image.ts";
import { readDeployment, replicaSetsOf, revisionOf, templateHashOf } from "#lib/adapters/kubernetes/look.ts";
import type { FoundReplicaSet } from "#lib/adapters/kubernetes/look.ts";
import { read, ServerVersion } from "#lib/adapters/kubernetes/objects.ts";
import { lackingPermissions } from "#lib/adapters/kubernetes/permissions.ts";
import { whatIsMissing } from "#lib/adapters/kubernetes/rollout.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";
import { containerOf, templatePrint } from "#lib/adapters/kubernetes/template.ts";

/** The cluster's version, the account's permissions, and the Deployment's own history. Throws Fault. */
export async function inspect(ctx: AdapterContext<Settings>): Promise<Inspection> {
  const { settings } = ctx;
  return withKube(ctx, async (kube) => {
    const version = read(
      ServerVersion,
      await kube.get({ verb: "get", resource: "version" }, "/version"),
      "The server's version",
    );
    const lacking = await lackingPermissions(kube, settings);
    const deployment = await readDeployment(kube, settings, settings.deployment);
    const sets = await replicaSetsOf(kube, settings, deployment);
    const present = templatePrint(deployment.spec.template);
    const isPresent = ({ set }: FoundReplicaSet) => templatePrint(set.spec.template) === present;
    const ordered = [...sets.filter(isPresent).slice(0, 1), ...sets.filter((one) => !isPresent(one))];
    const history = ordered.map((one) => foundVersion(settings, one));
    const unfinished = whatIsMissing(deployment);
    return {
      tools: [],
      evidence: [
        evidence("API server", true, `It answers, and is Kubernetes ${version.gitVersion}.`),
        evidence(
          "Permissions",
          lacking.length === 0,
          lacking.length === 0
            ? "The account may do all that these settings need."
            : `The account may not: ${lacking.join(", ")} (namespace ${settings.namespace}).`,
        ),
        evidence(
          `Deployment ${settings.deployment}`,
          unfinished === null,
          unfinished === null
            ? `${deployment.status.availableReplicas} of ${deployment.spec.replicas} pods are available.`
            : `Its rollout is not complete: ${unfinished}.`,
        ),
      ],
      current: sets.some(isPresent) ? (history[0] ?? null) : null,
      history,
    };
  });
}

function foundVersion(settings: Settings, { set }: FoundReplicaSet): FoundVersion {
  const { template } = set.spec;
  const { image } = containerOf(template, settings.container);
  const digest = digestOf(image);
  const version = template.metadata.labels[settings.versionLabel] ?? tagOf(image) ?? digest ?? image;
  const created = Date.parse(set.metadata.creationTimestamp ?? "");
  return {
    version,
    deployedAt: Number.isNaN(created) ? null : new Date(created).toISOString(),
    artifacts: { ...(digest !== null && { imageDigest: digest }) },
    detail: `revision ${revisionOf(set)}, pod-template-hash ${templateHashOf(set)}, ${image}`,
  };
}

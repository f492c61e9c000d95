import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { read, Review } from "#lib/adapters/kubernetes/objects.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";

type Permission = { verb: string; group: string; resource: string; namespace?: string; name?: string };

/** What the account must be allowed to, for what these settings can do on a server of this version (v1.20.2). */
function permissionsFor(settings: Settings, serverVersion: string): Permission[] {
  const { namespace, blueGreen, canary, configuration } = settings;
  const apps = (verb: string, resource: string): Permission => ({ verb, group: "apps", resource, namespace });
  const core = (verb: string, resource: string): Permission => ({ verb, group: "", resource, namespace });
  const stores = configuration?.kind === "Secret" ? "secrets" : "configmaps";
  return [
    { verb: "get", group: "", resource: "namespaces", name: "kube-system" },
    apps("get", "deployments"),
    apps("patch", "deployments"),
    apps("get", "replicasets"),
    apps("list", "replicasets"),
    core("list", "pods"),
    ...(blueGreen === undefined
      ? []
      : [
          core("get", "services"),
          core("patch", "services"),
          ...(/^v1\.(?:1?\d|20)\./.test(serverVersion) ? [core("get", "endpoints")] : []),
          { verb: "list", group: "discovery.k8s.io", resource: "endpointslices", namespace },
        ]),
    ...(canary?.delete === true ? [apps("delete", "deployments")] : []),
    ...(configuration === undefined
      ? []
      : [core("get", stores), ...(configuration.name === undefined ? [] : [core("patch", stores)])]),
  ];
}

/** Those that the account lacks, as the API server itself says (SelfSubjectAccessReview; nothing is kept). */
export async function lackingPermissions(
  kube: Kube,
  settings: Settings,
  serverVersion: string,
): Promise<string[]> {
  const asked = await Promise.all(
    permissionsFor(settings, serverVersion).map(async ({ verb, group, resource, namespace, name }) => {
      const answer = await kube.review(
        { verb: "create", resource: "selfsubjectaccessreviews.authorization.k8s.io" },
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: {
            resourceAttributes: {
              verb,
              group,
              resource,
              ...(namespace !== undefined && { namespace }),
              ...(name !== undefined && { name }),
            },
          },
        },
      );
      const { allowed } = read(Review, answer, "The access review").status;
      return allowed ? [] : [`${verb} ${resource}${group === "" ? "" : `.${group}`}`];
    }),
  );
  return asked.flat();
}

import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { read, Review } from "#lib/adapters/kubernetes/objects.ts";
import type { Settings } from "#lib/adapters/kubernetes/schema.ts";

type Permission = {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
};

/** What the account must be allowed to, for what these settings can do. */
function permissionsFor(settings: Settings): Permission[] {
  const { namespace, blueGreen, canary, configuration, podHttp } = settings;
  const apps = (verb: string, resource: string): Permission => ({ verb, group: "apps", resource, namespace });
  const core = (verb: string, resource: string): Permission => ({ verb, group: "", resource, namespace });
  const deployments = new Set([settings.deployment, ...(blueGreen?.deployments ?? [])]);
  if (canary !== undefined) deployments.add(canary.deployment);
  const stores = configuration?.kind === "Secret" ? "secrets" : "configmaps";
  return [
    { verb: "get", group: "", resource: "namespaces", name: "kube-system" },
    ...[...deployments].flatMap((name) => [
      { ...apps("get", "deployments"), name },
      { ...apps("patch", "deployments"), name },
    ]),
    apps("get", "replicasets"),
    apps("list", "replicasets"),
    core("list", "pods"),
    ...(podHttp === undefined ? [] : [{ ...core("get", "pods"), subresource: "proxy" }]),
    ...(blueGreen === undefined
      ? []
      : [
          { ...core("get", "services"), name: blueGreen.service },
          { ...core("patch", "services"), name: blueGreen.service },
          { verb: "list", group: "discovery.k8s.io", resource: "endpointslices", namespace },
        ]),
    ...(canary?.delete === true ? [{ ...apps("delete", "deployments"), name: canary.deployment }] : []),
    ...(configuration === undefined
      ? []
      : [
          core("get", stores),
          ...(configuration.name === undefined
            ? []
            : [{ ...core("patch", stores), name: configuration.name }]),
        ]),
  ];
}

/** Those that the account lacks, as the API server itself says (SelfSubjectAccessReview; nothing is kept). */
export async function lackingPermissions(kube: Kube, settings: Settings): Promise<string[]> {
  const asked = await Promise.all(
    permissionsFor(settings).map(async ({ verb, group, resource, subresource, namespace, name }) => {
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
              ...(subresource !== undefined && { subresource }),
              ...(namespace !== undefined && { namespace }),
              ...(name !== undefined && { name }),
            },
          },
        },
      );
      const { allowed } = read(Review, answer, "The access review").status;
      const what = `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
      return allowed ? [] : [`${verb} ${what}`];
    }),
  );
  return [...new Set(asked.flat())];
}

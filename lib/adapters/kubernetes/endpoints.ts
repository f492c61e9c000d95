import { z } from "zod";
import type { Kube } from "#lib/adapters/kubernetes/api.ts";
import { listOf, read } from "#lib/adapters/kubernetes/objects.ts";

const Slice = z.looseObject({
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()),
        conditions: z.looseObject({ ready: z.boolean().nullish() }).default({}),
      }),
    )
    .nullish(),
});
const Endpoints = z.looseObject({
  subsets: z
    .array(z.looseObject({ addresses: z.array(z.looseObject({ ip: z.string() })).nullish() }))
    .nullish(),
});

/** Stable since Kubernetes 1.21, and before that as v1beta1, which is gone since 1.25. */
const sliceVersions = ["v1", "v1beta1"];

/**
 * The addresses to which a Service sends traffic: from its EndpointSlices, and only from its Endpoints where the
 * cluster serves no EndpointSlices at all.
 */
export async function servedAddresses(kube: Kube, namespace: string, service: string): Promise<string[]> {
  const label = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  for (const version of sliceVersions) {
    const slices = await kube.find(
      { verb: "list", resource: "endpointslices.discovery.k8s.io", namespace },
      `/apis/discovery.k8s.io/${version}/namespaces/${namespace}/endpointslices?labelSelector=${label}`,
    );
    if (slices === null) continue;
    const all = read(listOf(Slice), slices, "The list of EndpointSlices").items.flatMap((slice) =>
      (slice.endpoints ?? [])
        .filter(({ conditions }) => conditions.ready !== false)
        .flatMap(({ addresses }) => addresses),
    );
    return [...new Set(all)];
  }
  const value = await kube.find(
    { verb: "get", resource: "endpoints", name: service, namespace },
    `/api/v1/namespaces/${namespace}/endpoints/${encodeURIComponent(service)}`,
  );
  if (value === null) return [];
  const { subsets } = read(Endpoints, value, `The Endpoints of ${service}`);
  return [...new Set((subsets ?? []).flatMap(({ addresses }) => (addresses ?? []).map(({ ip }) => ip)))];
}

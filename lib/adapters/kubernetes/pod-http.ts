import type { AdapterContext, Evidence } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import type { Answer, Kube } from "#lib/adapters/kubernetes/api.ts";
import type { Pod } from "#lib/adapters/kubernetes/objects.ts";
import { isReady } from "#lib/adapters/kubernetes/pod-trouble.ts";
import type { PodHttp, Settings } from "#lib/adapters/kubernetes/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Told = { pod: string; text: string; answer: Answer };

const mostBytes = 256 * 1024;
const atOnce = 8;

/** Where the API server passes a request on to a pod. */
export function podProxyPath(
  namespace: string,
  pod: string,
  { scheme, port }: PodHttp,
  path: string,
): string {
  const whom = scheme === "https" ? `https:${pod}:${port}` : `${pod}:${port}`;
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${whom}/proxy${path}`;
}

/**
 * What each ready pod itself says its version is. None where the settings do not tell how to ask, or no version is
 * wanted. Throws Fault: `transient` for a pod that does not answer 2xx, `permanent` where it may not be asked.
 */
export async function versionsTold(
  ctx: Context,
  kube: Kube,
  pods: readonly Pod[],
  version: string | undefined,
): Promise<Evidence[]> {
  const { podHttp } = ctx.settings;
  if (podHttp?.versionPath === undefined || version === undefined) return [];
  const { versionPath, versionField } = podHttp;
  return (await askAll(ctx, kube, pods, podHttp, versionPath)).map(({ pod, text, answer }) => {
    const found = atJsonPath(parseJson(answer.text), versionField);
    const told = typeof found === "string" || typeof found === "number" ? String(found) : null;
    const says =
      told === null
        ? `${versionPath} answers no ${versionField}: ${text}`
        : `${versionPath} answers ${versionField} ${excerpt(ctx.redact(told), 100)}`;
    return evidence(`Answer of pod ${pod}`, told === version, `${says}; wanted is ${version}.`);
  });
}

/** That each ready pod itself answers 2xx. Throws Fault as `versionsTold`. */
export async function healthTold(ctx: Context, kube: Kube, pods: readonly Pod[]): Promise<Evidence[]> {
  const { podHttp } = ctx.settings;
  if (podHttp?.healthPath === undefined) return [];
  const { healthPath } = podHttp;
  return (await askAll(ctx, kube, pods, podHttp, healthPath)).map(({ pod, text, answer }) =>
    evidence(`Health of pod ${pod}`, true, `${healthPath} answers ${answer.status}: ${text}`),
  );
}

async function askAll(
  ctx: Context,
  kube: Kube,
  pods: readonly Pod[],
  podHttp: PodHttp,
  path: string,
): Promise<Told[]> {
  const ready = pods.filter(isReady);
  const told: Told[] = [];
  for (let first = 0; first < ready.length; first += atOnce)
    told.push(
      ...(await Promise.all(
        ready
          .slice(first, first + atOnce)
          .map(({ metadata }) => ask(ctx, kube, metadata.name, podHttp, path)),
      )),
    );
  return told;
}

async function ask(ctx: Context, kube: Kube, pod: string, podHttp: PodHttp, path: string): Promise<Told> {
  const { namespace } = ctx.settings;
  const call = { verb: "get", resource: "pods/proxy", name: pod, namespace } as const;
  const answer = await kube
    .ask(call, podProxyPath(namespace, pod, podHttp, path), mostBytes)
    .catch((error: unknown) => {
      throw asToldOfPod(error, pod, podHttp);
    });
  const text = excerpt(kube.redact(answer.text), 200);
  if (answer.status >= 200 && answer.status < 300) return { pod, text, answer };
  throw new Fault(
    "transient",
    "NOT_HEALTHY",
    `${pod}: ${path} answered ${answer.status}: ${text}`,
    "Look at the pod's own log, and at podHttp in the settings.",
  );
}

/** The API server's words about a pod: one that ends or does not listen yet may be another in a moment. */
function asToldOfPod(error: unknown, pod: string, { port }: PodHttp): unknown {
  if (!(error instanceof Fault)) return error;
  const isUnreachable =
    error.code === "API_UNAVAILABLE" && /error trying to reach service/i.test(error.message);
  if (!isUnreachable && error.code !== "NOT_THERE") return error;
  return new Fault(
    "transient",
    isUnreachable ? "POD_UNREACHABLE" : "POD_GONE",
    error.message,
    isUnreachable
      ? `See that ${pod} listens on port ${port}, that podHttp in the settings names that port, and that a network policy lets the API server in.`
      : "It ended while it was asked. The pods are looked at again.",
  );
}

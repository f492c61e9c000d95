import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";
import type {
  CanaryRemoved,
  ConfigurationWanted,
  ImageWanted,
  Replicated,
  Restarted,
  Revision,
  Selector,
  Settings,
  VersionWanted,
} from "#lib/adapters/kubernetes/schema.ts";
import { podProxyPath } from "#lib/adapters/kubernetes/pod-http.ts";
import { restartMark } from "#lib/adapters/kubernetes/template.ts";

/* What a person types. Each names the whole wanted state, so that a second time changes nothing. */

function kubectl(settings: Settings, ...words: readonly string[]): string {
  const { kubeconfigPath, context, namespace } = settings;
  return shellCommand([
    "kubectl",
    ...(kubeconfigPath === undefined ? [] : ["--kubeconfig", kubeconfigPath]),
    ...(context === undefined ? [] : ["--context", context]),
    "-n",
    namespace,
    ...words,
  ]);
}

export const scaleCommand = (settings: Settings, { deployment, replicas }: Replicated): string =>
  kubectl(settings, "scale", `deployment/${deployment}`, `--replicas=${replicas}`);

export const imageCommand = (settings: Settings, { deployment, container, image }: ImageWanted): string =>
  kubectl(settings, "set", "image", `deployment/${deployment}`, `${container}=${image}`);

/** `rollout undo` counts revisions, which move; the template itself does not. */
export function rollCommand(settings: Settings, { deployment, replicaSet }: Revision): string {
  const patch = `[{op:"replace",path:"/spec/template",value:(.spec.template|del(.metadata.labels["pod-template-hash"]))}]`;
  const get = kubectl(settings, "get", "replicaset", replicaSet, "-o", "json");
  const put = kubectl(
    settings,
    ...["patch", "deployment", deployment, "--type=json", "--patch-file=/dev/stdin"],
  );
  const watch = kubectl(settings, "rollout", "status", `deployment/${deployment}`, "--timeout=600s");
  return `${get} | jq -c ${shellQuote(patch)} | ${put} && ${watch}`;
}

export const selectorCommand = (settings: Settings, { service, selector }: Selector): string =>
  kubectl(
    settings,
    ...["patch", "service", service, "--type=json", "-p"],
    JSON.stringify([{ op: "replace", path: "/spec/selector", value: selector }]),
  );

export function removalCommand(settings: Settings, desired: CanaryRemoved): string {
  const scale = kubectl(settings, "scale", `deployment/${desired.canary}`, "--replicas=0");
  const remove = kubectl(settings, "delete", "deployment", desired.canary, "--ignore-not-found");
  return desired.delete ? `${scale} && ${remove}` : scale;
}

export function configurationCommand(
  settings: Settings,
  { kind, source, into }: ConfigurationWanted,
): string {
  const plural = kind === "ConfigMap" ? "configmap" : "secret";
  if (into.how === "reference") {
    const names = into.instead.filter((name) => name !== source);
    const keys =
      kind === "ConfigMap"
        ? ".configMapRef?, .configMapKeyRef?, .configMap?"
        : ".secretRef?, .secretKeyRef?, .secret?";
    const isOld = `IN(${names.map((name) => JSON.stringify(name)).join(",")})`;
    const program = `(.. | objects | (${keys}) | objects | (.name, .secretName) | strings | select(${isOld})) = ${JSON.stringify(source)}`;
    const patch = `.spec.template.spec |= (${program}) | [{op:"replace",path:"/spec/template/spec",value:.spec.template.spec}]`;
    if (names.length === 0) return kubectl(settings, "get", plural, source);
    return `${kubectl(settings, "get", "deployment", into.deployment, "-o", "json")} | jq -c ${shellQuote(patch)} | ${kubectl(settings, "patch", "deployment", into.deployment, "--type=json", "--patch-file=/dev/stdin")}`;
  }
  const patch = `[{op:"add",path:"/data",value:(.data // {})},{op:"add",path:"/binaryData",value:(.binaryData // {})}]`;
  const program = kind === "Secret" ? `[{op:"add",path:"/data",value:(.data // {})}]` : patch;
  return `${kubectl(settings, "get", plural, source, "-o", "json")} | jq -c ${shellQuote(program)} | ${kubectl(settings, "patch", plural, into.name, "--type=json", "--patch-file=/dev/stdin")}`;
}

export const restartCommand = (settings: Settings, { deployment, mark }: Restarted): string =>
  kubectl(
    settings,
    ...["patch", "deployment", deployment, "--type=merge", "-p"],
    JSON.stringify({ spec: { template: { metadata: { annotations: { [restartMark]: mark } } } } }),
  );

export const statusCommand = (settings: Settings, { deployment }: VersionWanted): string =>
  kubectl(settings, "rollout", "status", `deployment/${deployment}`, "--timeout=120s");

/** Pods, readiness and images: each line must be ready and name the wanted image, and each answer the version. */
export function podsCommand(settings: Settings, { deployment, image, version }: VersionWanted): string {
  const columns =
    "NAME:.metadata.name,READY:.status.conditions[?(@.type=='Ready')].status,IMAGES:.spec.containers[*].image,IDS:.status.containerStatuses[*].imageID";
  const list = kubectl(settings, "get", "pods", "-o", `custom-columns=${columns}`);
  const ask = askCommand(settings, deployment, settings.podHttp?.versionPath);
  const wanted = [oneLine(image), ...(version === undefined ? [] : [oneLine(version)])];
  return `${[list, ...ask].join(" && ")} # ${wanted.join(" ")}`;
}

/** Asks each pod of a Deployment, which has two words after the Deployment's name. */
function askCommand(settings: Settings, deployment: string, path: string | undefined): string[] {
  const { podHttp, namespace } = settings;
  if (podHttp === undefined || path === undefined) return [];
  const escaped = deployment.replaceAll(".", "\\\\.");
  const program = `.items[].metadata.name | select(test("^${escaped}-[a-z0-9]+-[a-z0-9]{5}$"))`;
  const names = `${kubectl(settings, "get", "pods", "-o", "json")} | jq -r ${shellQuote(program)}`;
  const get = kubectl(settings, "get", "--raw", podProxyPath(namespace, "{}", podHttp, path));
  return [`${names} | xargs -I{} ${get}`];
}

export function healthCommand(settings: Settings, { deployment }: VersionWanted): string {
  const condition = kubectl(
    settings,
    "wait",
    "--for=condition=Available",
    `deployment/${deployment}`,
    "--timeout=120s",
  );
  const ask = askCommand(settings, deployment, settings.podHttp?.healthPath);
  const itself = settings.healthUrl === undefined ? [] : [shellCommand(["curl", "-fsS", settings.healthUrl])];
  return [condition, ...ask, ...itself].join(" && ");
}

export const deploymentsCommand = (settings: Settings): string =>
  kubectl(settings, "get", "deployments,replicasets", "-o", "wide");

const oneLine = (text: string): string => text.replace(/[^\w.:/@-]/g, "_");

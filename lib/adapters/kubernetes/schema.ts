import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { HttpUrl } from "#lib/adapters/http-address.ts";

const Name = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
    "Write a Kubernetes name: lower-case letters, digits, dots and hyphens.",
  );
const Namespace = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "Write a namespace: lower-case letters, digits and hyphens.");
const LabelKey = z
  .string()
  .max(317)
  .regex(
    /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
    "Write the key of a label.",
  );
const Repository = z
  .string()
  .max(400)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?(?::\d{1,5}\/[a-z0-9][a-z0-9._/-]*)?$/,
    "Write the name of an image without tag and digest, such as registry.example:5000/shop.",
  );
const Replicas = z.number().int().min(1).max(10_000);

const strategies = ["direct", "rolling", "blue-green", "canary"] as const;

const BlueGreen = z.strictObject({
  service: Name.describe("The Service whose selector decides which pods serve"),
  deployments: z.array(Name).min(2).max(10).describe("The Deployments between which it switches"),
});
const Canary = z.strictObject({
  deployment: Name.describe("The canary's Deployment, beside the stable one"),
  delete: z
    .boolean()
    .default(false)
    .describe("Delete it once it has no pods; otherwise it stays with 0 replicas, for whoever examines it"),
});
const Configuration = z.strictObject({
  kind: z.enum(["ConfigMap", "Secret"]).default("ConfigMap"),
  name: Name.optional().describe(
    "The object that pods read and whose content is restored; without it, the reference in the Deployment is set",
  ),
  revisionName: z
    .string()
    .max(253)
    .regex(
      /^[a-z0-9.-]*\{revision\}[a-z0-9.-]*$/,
      "Write a name that holds {revision}, such as shop-config-{revision}.",
    )
    .describe("Name of the object that holds one revision, such as shop-config-{revision}"),
});

const Path = z
  .string()
  .max(500)
  .regex(
    /^\/(?:(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+(?:\/|$))*$/,
    "Write a path such as /version: letters, digits, dots, hyphens, underscores, no query.",
  );
const PodHttp = z
  .strictObject({
    port: z.number().int().min(1).max(65_535).describe("Where each pod answers HTTP"),
    scheme: z.enum(["http", "https"]).default("http").describe("How the API server asks the pod"),
    healthPath: Path.optional().describe("GET: each pod answers 2xx when it is healthy"),
    versionPath: Path.optional().describe("GET: each pod answers JSON that names its version"),
    versionField: z
      .string()
      .min(1)
      .max(200)
      .default("version")
      .describe("Where the version stands in that answer, such as data.version"),
  })
  .refine(({ healthPath, versionPath }) => healthPath !== undefined || versionPath !== undefined, {
    message: "Give healthPath, versionPath or both.",
    path: ["versionPath"],
  });
export type PodHttp = z.output<typeof PodHttp>;

export const Settings = z
  .strictObject({
    kubeconfigPath: AbsolutePath.optional().describe(
      "A kubeconfig file on the worker's machine; the secret `kubeconfig` holds its text instead",
    ),
    context: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe("Context of the kubeconfig; its current context unless given"),
    inCluster: z
      .boolean()
      .default(false)
      .describe("The worker runs in the cluster and uses its own service account"),
    allowUnverifiedTls: z
      .boolean()
      .default(false)
      .describe(
        "Accept a kubeconfig that turns certificate checks off or uses plain HTTP; refused unless set, because whoever answers would be given the credentials",
      ),
    namespace: Namespace.describe("Where all named objects are"),
    deployment: Name.describe("The Deployment; the stable one where there is a canary"),
    container: Name.optional().describe("The container that holds the version, where a pod has several"),
    image: Repository.optional().describe(
      "Name of the image, to which the recorded digest is added; that of the Deployment unless given",
    ),
    versionLabel: LabelKey.default("app.kubernetes.io/version").describe(
      "Label of the pod template that names the version",
    ),
    strategy: z
      .enum(strategies)
      .default("rolling")
      .describe("How it is rolled back where the procedure does not say"),
    replicas: Replicas.optional().describe(
      "How many pods to scale up to; unless given, as many as the known-good revision had, or as there are now",
    ),
    minimumReplicas: Replicas.default(1).describe("Never scale up to fewer"),
    blueGreen: BlueGreen.optional(),
    canary: Canary.optional(),
    configuration: Configuration.optional(),
    healthUrl: HttpUrl.optional().describe("GET: answers 2xx when the service is healthy"),
    podHttp: PodHttp.optional().describe(
      "Ask every pod itself, through the API server's pod proxy: no address beside the API server's is called",
    ),
    timeoutMs: z.number().int().min(100).max(120_000).default(10_000).describe("For each call of the API"),
  })
  .refine(({ kubeconfigPath, inCluster }) => !(kubeconfigPath !== undefined && inCluster), {
    message: "Give kubeconfigPath or inCluster, not both.",
    path: ["inCluster"],
  });
export type Settings = z.output<typeof Settings>;
export type Strategy = (typeof strategies)[number];

const Uid = z
  .string()
  .describe("Of the object that was there at planning; another of the same name is not touched");
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const Replicated = z.strictObject({
  deployment: Name,
  uid: Uid,
  replicas: z.number().int().min(0).max(10_000).describe("How many pods are wanted, absolute"),
});
export type Replicated = z.output<typeof Replicated>;

export const ImageWanted = z.strictObject({
  deployment: Name,
  uid: Uid,
  container: z.string(),
  image: z.string().describe("Name and digest"),
});
export type ImageWanted = z.output<typeof ImageWanted>;

export const Revision = z.strictObject({
  deployment: Name,
  uid: Uid,
  replicaSet: Name.describe("The ReplicaSet that holds the wanted pod template"),
  templateHash: z.string().describe("Its pod-template-hash; revision numbers move with every rollout"),
  template: Sha256.describe("Of the pod template as canonical JSON, without marks of restarts"),
  image: z.string(),
});
export type Revision = z.output<typeof Revision>;

export const Selector = z.strictObject({
  service: Name,
  uid: Uid,
  selector: z.record(z.string(), z.string()).describe("The whole selector that is wanted"),
  deployment: Name.describe("The Deployment whose pods it selects"),
  container: z.string(),
  image: z.string(),
});
export type Selector = z.output<typeof Selector>;

export const CanaryRemoved = z.strictObject({
  canary: Name,
  uid: z.string().nullable().describe("Null: it was absent at planning"),
  delete: z.boolean(),
  stable: Name,
  container: z.string(),
  image: z.string().describe("What the stable Deployment runs"),
});
export type CanaryRemoved = z.output<typeof CanaryRemoved>;

export const ConfigurationWanted = z.strictObject({
  kind: z.enum(["ConfigMap", "Secret"]),
  revision: z.string(),
  source: Name.describe("The object that holds the wanted revision"),
  sha256: Sha256.describe("Of its content, with its UID"),
  into: z.discriminatedUnion("how", [
    z.strictObject({ how: z.literal("reference"), deployment: Name, uid: Uid, instead: z.array(Name) }),
    z.strictObject({ how: z.literal("content"), name: Name, uid: Uid }),
  ]),
});
export type ConfigurationWanted = z.output<typeof ConfigurationWanted>;

export const Restarted = z.strictObject({
  deployment: Name,
  uid: Uid,
  mark: z.string().describe("The rollback for which it is restarted, once"),
});
export type Restarted = z.output<typeof Restarted>;

export const VersionWanted = z.strictObject({
  strategy: z.enum(strategies),
  deployment: Name,
  container: z.string(),
  image: z.string().describe("By digest where one was recorded"),
  version: z.string().optional().describe("What each pod must answer, where the settings say how to ask it"),
});
export type VersionWanted = z.output<typeof VersionWanted>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;

import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import {
  configurationCommand,
  deploymentsCommand,
  healthCommand,
  imageCommand,
  podsCommand,
  removalCommand,
  restartCommand,
  rollCommand,
  scaleCommand,
  selectorCommand,
  statusCommand,
} from "#lib/adapters/kubernetes/commands.ts";
import type { Observed as RemovalObserved } from "#lib/adapters/kubernetes/remove-canary.ts";
import type { Observed as RestartObserved } from "#lib/adapters/kubernetes/restart.ts";
import type { Observed as RestoreObserved } from "#lib/adapters/kubernetes/restore-config-map.ts";
import type { Observed as RollObserved } from "#lib/adapters/kubernetes/roll-to-revision.ts";
import type { Observed as ScaleObserved } from "#lib/adapters/kubernetes/scale.ts";
import {
  CanaryRemoved,
  ConfigurationWanted,
  ImageWanted,
  Nothing,
  Replicated,
  Restarted,
  Revision,
  Selector,
  Settings,
  VersionWanted,
} from "#lib/adapters/kubernetes/schema.ts";
import type { Observed as ImageObserved } from "#lib/adapters/kubernetes/set-image.ts";
import type { Observed as SwitchObserved } from "#lib/adapters/kubernetes/switch-selector.ts";

const act = { phase: "execution", mutating: true, reversibility: "reversible" } as const;
const look = { mutating: false, reversibility: "reversible" } as const;
const checks = () => import("#lib/adapters/kubernetes/checks.ts");
const scaling = () => import("#lib/adapters/kubernetes/scale.ts");

export const kubernetes = defineAdapter<Settings>({
  id: "kubernetes",
  title: "Kubernetes",
  description:
    "A Deployment, deployed directly, rolling, blue-green or with a canary. Its version comes back by image digest or by the pod template that its own history keeps, its configuration by a stored revision; every change is refused by the API server if the object has changed meanwhile. Certificates are verified, unless kubeconfig and settings both say otherwise. Credential plug-ins and proxies in a kubeconfig are refused.",
  components: ["code", "configuration"],
  settings: Settings,
  secrets: {
    kubeconfig:
      "Text of a kubeconfig with a token or client certificate of its own, for an account with just the permissions that docs/kubernetes-access.md lists",
  },
  proof: {
    kind: "real",
    against:
      "Kubernetes 1.20.2 (kube-apiserver, kube-controller-manager, kube-scheduler, kubelet and etcd built from Debian's source) with real pods in containerd 1.6, and where every kind of trouble is tried with the state of pods told by the tests as a kubelet would; in the default tests Kubernetes' controllers run in process (@ngrok/webernetes 0.3.5)",
  },
  example: {
    component: "code",
    settings: {
      context: "production",
      namespace: "shop",
      deployment: "checkout",
      image: "registry.internal:5000/shop/checkout",
      strategy: "rolling",
      minimumReplicas: 2,
    },
    secrets: { kubeconfig: "file:/etc/lastgood/checkout.kubeconfig" },
  },
  identify: async (ctx) => {
    const { withKube } = await import("#lib/adapters/kubernetes/api.ts");
    const { readIdentity } = await import("#lib/adapters/kubernetes/look.ts");
    return withKube(ctx, readIdentity);
  },
  inspect: async (ctx) => (await import("#lib/adapters/kubernetes/inspect.ts")).inspect(ctx),
  operations: [
    defineOperation<Settings, Nothing, null>({
      ...look,
      id: "capture",
      title: "Record sizes and images",
      phase: "initiation",
      limitSeconds: 30,
      desired: Nothing,
      plan: (_ctx, { component }) =>
        Promise.resolve(
          component === "code" ? { title: "Record sizes and images", desired: {}, observed: null } : null,
        ),
      command: deploymentsCommand,
      executor: async () => (await checks()).captureExecutor,
    }),
    defineOperation<Settings, VersionWanted, null>({
      ...look,
      id: "confirm",
      title: "Confirm the version to return to",
      phase: "validation",
      limitSeconds: 60,
      desired: VersionWanted,
      plan: async (ctx, request) =>
        (await checks()).planCheck(({ image }) => `Confirm that ${image} can be returned to`)(ctx, request),
      command: deploymentsCommand,
      executor: async () => (await checks()).confirmExecutor,
    }),
    defineOperation<Settings, ConfigurationWanted, RestoreObserved>({
      ...act,
      id: "restore-config-map",
      serving: "keeps",
      title: "Restore the configuration",
      limitSeconds: 600,
      desired: ConfigurationWanted,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/restore-config-map.ts")).planRestore(ctx, request),
      command: configurationCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/restore-config-map.ts")).restoreExecutor,
    }),
    defineOperation<Settings, Replicated, ScaleObserved>({
      ...act,
      id: "stop",
      serving: "stops",
      title: "Scale to 0",
      limitSeconds: 180,
      desired: Replicated,
      plan: async (ctx, request) => (await scaling()).planStop(ctx, request),
      command: scaleCommand,
      executor: async () => (await scaling()).scaleExecutor,
    }),
    defineOperation<Settings, ImageWanted, ImageObserved>({
      ...act,
      id: "set-image",
      serving: "keeps",
      title: "Set the image by its digest",
      limitSeconds: 60,
      desired: ImageWanted,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/set-image.ts")).planSetImage(ctx, request),
      command: imageCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/set-image.ts")).setImageExecutor,
    }),
    defineOperation<Settings, Replicated, ScaleObserved>({
      ...act,
      id: "scale",
      serving: "resumes",
      title: "Scale up to a number of pods",
      limitSeconds: 60,
      desired: Replicated,
      plan: async (ctx, request) => (await scaling()).planScale(ctx, request),
      command: scaleCommand,
      executor: async () => (await scaling()).scaleExecutor,
    }),
    defineOperation<Settings, Revision, RollObserved>({
      ...act,
      id: "roll-to-revision",
      serving: "keeps",
      title: "Roll to a pod template of the history",
      limitSeconds: 900,
      desired: Revision,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/roll-to-revision.ts")).planRoll(ctx, request),
      command: rollCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/roll-to-revision.ts")).rollExecutor,
    }),
    defineOperation<Settings, Selector, SwitchObserved>({
      ...act,
      id: "switch-selector",
      serving: "keeps",
      title: "Point the Service at the pods of a version",
      limitSeconds: 120,
      desired: Selector,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/switch-selector.ts")).planSwitch(ctx, request),
      command: selectorCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/switch-selector.ts")).switchExecutor,
    }),
    defineOperation<Settings, CanaryRemoved, RemovalObserved>({
      ...act,
      id: "remove-canary",
      serving: "keeps",
      title: "Take the canary away",
      reversibility: "compensable",
      limitSeconds: 180,
      desired: CanaryRemoved,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/remove-canary.ts")).planRemoval(ctx, request),
      command: removalCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/remove-canary.ts")).removalExecutor,
    }),
    defineOperation<Settings, Restarted, RestartObserved>({
      ...act,
      id: "restart",
      serving: "keeps",
      title: "Restart the pods, once",
      reversibility: "compensable",
      limitSeconds: 600,
      desired: Restarted,
      plan: async (ctx, request) =>
        (await import("#lib/adapters/kubernetes/restart.ts")).planRestart(ctx, request),
      command: restartCommand,
      executor: async () => (await import("#lib/adapters/kubernetes/restart.ts")).restartExecutor,
    }),
    defineOperation<Settings, VersionWanted, null>({
      ...look,
      id: "verify-version",
      title: "Verify the version",
      phase: "verification",
      limitSeconds: 120,
      desired: VersionWanted,
      plan: async (ctx, request) =>
        (await checks()).planCheck(({ deployment, image }) => `Verify that ${deployment} runs ${image}`)(
          ctx,
          request,
        ),
      command: statusCommand,
      executor: async () => (await checks()).versionExecutor,
    }),
    defineOperation<Settings, VersionWanted, null>({
      ...look,
      id: "verify-pods",
      title: "Verify every pod",
      phase: "verification",
      limitSeconds: 300,
      desired: VersionWanted,
      plan: async (ctx, request) =>
        (await checks()).planCheck(({ image }) => `Verify that every pod runs ${image} and is ready`)(
          ctx,
          request,
        ),
      command: podsCommand,
      executor: async () => (await checks()).podsExecutor,
    }),
    defineOperation<Settings, VersionWanted, null>({
      ...look,
      id: "verify-health",
      title: "Verify health",
      phase: "verification",
      limitSeconds: 120,
      desired: VersionWanted,
      plan: async (ctx, request) =>
        (await checks()).planCheck(({ deployment }) => `Verify that ${deployment} is available and healthy`)(
          ctx,
          request,
        ),
      command: healthCommand,
      executor: async () => (await checks()).healthExecutor,
    }),
  ],
});

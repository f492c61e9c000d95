import { z } from "zod";
import { Fault } from "#lib/domain/errors.ts";
import { JsonObject } from "#lib/domain/json.ts";

/* What is read of each kind; everything else passes through untouched. */

const Labels = z.record(z.string(), z.string()).default({});
const Metadata = z.looseObject({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().default(0),
  labels: Labels,
  annotations: Labels,
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  ownerReferences: z
    .array(z.looseObject({ uid: z.string(), controller: z.boolean().optional() }))
    .default([]),
});
const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
});
const Conditions = z
  .array(Condition)
  .nullish()
  .transform((list) => list ?? []);

const Container = z.looseObject({ name: z.string(), image: z.string() });
const PodSpec = z.looseObject({ containers: z.array(Container).min(1) });
/** The template both as it is read and, whole, as it is written. */
export const Template = z.looseObject({
  metadata: z.looseObject({ labels: Labels, annotations: Labels }),
  spec: PodSpec,
});
export type Template = z.output<typeof Template>;

const Count = z.number().default(0);
const Selection = z.looseObject({ matchLabels: Labels });

export const Deployment = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    replicas: z.number().default(1),
    paused: z.boolean().default(false),
    selector: Selection,
    template: Template,
  }),
  status: z
    .looseObject({
      observedGeneration: Count,
      replicas: Count,
      updatedReplicas: Count,
      readyReplicas: Count,
      availableReplicas: Count,
      conditions: Conditions,
    })
    .prefault({}),
});
export type Deployment = z.output<typeof Deployment>;

export const ReplicaSet = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({ replicas: z.number().default(0), template: Template }),
});
export type ReplicaSet = z.output<typeof ReplicaSet>;

const ContainerStatus = z.looseObject({
  name: z.string(),
  imageID: z.string().default(""),
  ready: z.boolean().default(false),
  restartCount: Count,
  state: z
    .looseObject({
      waiting: z.looseObject({ reason: z.string().default(""), message: z.string().default("") }).nullish(),
      terminated: z
        .looseObject({ reason: z.string().default(""), exitCode: z.number().default(0) })
        .nullish(),
    })
    .default({}),
});
export const Pod = z.looseObject({
  metadata: Metadata,
  spec: PodSpec,
  status: z
    .looseObject({
      phase: z.string().default("Pending"),
      podIP: z.string().nullish(),
      podIPs: z.array(z.looseObject({ ip: z.string() })).nullish(),
      conditions: Conditions,
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.output<typeof Pod>;

export const Service = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({ selector: Labels }),
});
export type Service = z.output<typeof Service>;

export const Store = z.looseObject({
  metadata: Metadata,
  immutable: z.boolean().default(false),
  data: z.record(z.string(), z.string()).nullish(),
  binaryData: z.record(z.string(), z.string()).nullish(),
});
export type Store = z.output<typeof Store>;

export const Namespace = z.looseObject({ metadata: z.looseObject({ uid: z.string().min(1) }) });
export const ServerVersion = z.looseObject({ gitVersion: z.string() });
export const Review = z.looseObject({ status: z.looseObject({ allowed: z.boolean().default(false) }) });
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.looseObject({
    items: z
      .array(item)
      .nullish()
      .transform((items) => items ?? []),
  });

/** An object of the API as its schema reads it. Throws Fault when it is something else. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault(
    "permanent",
    "NOT_AN_API_SERVER",
    `${what} does not look as Kubernetes shows it: ${parsed.error.issues[0]?.path.join(".") ?? ""}.`,
    "Check that the kubeconfig leads to a Kubernetes API server of a supported version (1.20 or newer).",
  );
}

/** An object of the API exactly as it came, to be written somewhere. */
export const asJson = (value: unknown): JsonObject => JsonObject.parse(value);

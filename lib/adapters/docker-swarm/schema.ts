import { z } from "zod";
import { engineFields } from "#lib/adapters/docker-engine.ts";
import { PinnedImage } from "#lib/adapters/docker-image.ts";
import { imageListFields } from "#lib/adapters/image-list.ts";

const ServiceName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "Write a service's name as docker service ls shows it.");

const pace = {
  parallelism: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .describe("How many tasks are replaced at once; 0: all of them"),
  delaySeconds: z.number().int().min(0).max(600).default(0).describe("Pause between one batch and the next"),
  monitorSeconds: z
    .number()
    .int()
    .min(1)
    .max(240)
    .default(5)
    .describe("How long each new task is watched for failure before it counts"),
  order: z
    .enum(["stop-first", "start-first"])
    .default("stop-first")
    .describe("Whether the old task is stopped before the new one is started"),
};

export const Settings = z
  .strictObject({
    ...engineFields,
    layers: z
      .array(z.array(ServiceName).min(1).max(50))
      .min(1)
      .max(30)
      .describe("Services that are rolled back, layer by layer: each begins when the one before runs"),
    ...pace,
    layerSeconds: z
      .number()
      .min(1)
      .max(280)
      .default(240)
      .describe(
        "How long each layer may take until all of its tasks run; then the rollback stops and shows why",
      ),
    ...imageListFields,
  })
  .superRefine(({ layers }, issues) => {
    const services = layers.flat();
    if (new Set(services).size !== services.length)
      issues.addIssue({ code: "custom", path: ["layers"], message: "A service stands in two places." });
  });
export type Settings = z.output<typeof Settings>;

export const Nothing = z.strictObject({});
export type Nothing = z.output<typeof Nothing>;

export const Images = z.strictObject({
  images: z.record(ServiceName, PinnedImage).describe("The image of each service, by digest"),
});
export type Images = z.output<typeof Images>;

export const Layer = z.strictObject({
  layer: z.number().int().describe("Which one, counted from 1"),
  ...Images.shape,
  parallelism: z
    .number()
    .int()
    .describe(pace.parallelism.description ?? ""),
  delaySeconds: z.number().int(),
  monitorSeconds: z.number().int(),
  order: z.enum(["stop-first", "start-first"]),
});
export type Layer = z.output<typeof Layer>;

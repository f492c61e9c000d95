import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";

export const Settings = z.strictObject({
  title: checkTitle("The queue is short"),
  phase: checkPhase,
  as: checkNames("verify-performance", "verify-health"),
  address: z
    .url({
      protocol: /^(?:rediss?|https?)$/,
      error: "Write an address that begins with redis://, rediss://, http:// or https://.",
    })
    .max(1000)
    .refine((text) => {
      const url = URL.parse(text);
      return url?.username === "" && url.password === "" && url.hash === "" && url.search === "";
    }, "The address holds no user name, password, ? or #.")
    .refine(
      (text) => !text.startsWith("redis") || /^\/?(?:\d{1,4})?$/.test(URL.parse(text)?.pathname ?? ""),
      "After a Redis server's address stands the number of its database, if any.",
    )
    .describe("redis://host:6379/0 for lists in Redis; http://host:15672 for RabbitMQ's management"),
  user: z.string().min(1).max(200).optional().describe("Redis, RabbitMQ: who asks; its password is a secret"),
  vhost: z.string().min(1).max(255).default("/").describe("RabbitMQ: the virtual host"),
  caFile: AbsolutePath.optional().describe(
    "rediss: certificates that are trusted instead of the usual ones, as PEM",
  ),
  queues: z
    .array(
      z
        .string()
        .min(1)
        .max(255)
        .regex(/^[^\x00-\x1f\x7f]+$/),
    )
    .min(1)
    .max(20)
    .default(["celery"])
    .describe("Names of the queues; their lengths are added"),
  most: z
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(100)
    .describe("So many tasks may wait, and no more"),
  timeoutMs: z.number().int().min(50).max(120_000).default(5000).describe("For each look"),
});
export type Settings = z.output<typeof Settings>;

/** How many tasks wait in a queue. */
export type Length = { queue: string; waiting: number };

import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";

const Variable = z
  .string()
  .regex(
    /^(?!(?:LD_|DYLD_|BASH_FUNC_|GLIBC_|GCONV_)|(?:BASH_ENV|ENV|IFS|SHELLOPTS|NODE_OPTIONS|PYTHONSTARTUP)$)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    "Write a variable's name; those that make programs load other code are not set here.",
  );

export const Settings = z.strictObject({
  title: checkTitle("The Celery workers answer"),
  phase: checkPhase,
  as: checkNames("verify-health"),
  broker: z
    .url({
      protocol: /^(?:rediss?|amqps?)$/,
      error: "Write an address that begins with redis://, rediss://, amqp:// or amqps://.",
    })
    .max(1000)
    .refine(
      (text) => URL.parse(text)?.password === "",
      "The password is a secret, and no part of the address.",
    )
    .describe(
      "Address of the broker without its password; its host:port must be among the addresses that the environment may call",
    ),
  brokerVariable: Variable.default("CELERY_BROKER_URL").describe(
    "The variable from which the project takes the broker's address",
  ),
  app: z
    .string()
    .max(200)
    .regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*)?$/, "Such as agents.worker:app.")
    .optional()
    .describe(
      "The project's application, as celery -A takes it; none is needed where the broker's address says it all",
    ),
  workingFolder: AbsolutePath.or(z.literal("/")).default("/").describe("Where the project can be imported"),
  python: AbsolutePath.optional().describe(
    "The Python that has Celery installed, such as a virtual environment's bin/python; python3 on PATH unless given",
  ),
  environment: z
    .record(
      Variable,
      z
        .string()
        .max(4000)
        .regex(/^[^\0]*$/),
    )
    .default({})
    .describe("Variables that the project needs besides the broker's address; no secrets"),
  workers: z.number().int().min(1).max(1000).default(1).describe("How many workers must answer, at least"),
  names: z
    .array(
      z
        .string()
        .min(1)
        .max(255)
        .regex(/^[^\s,]+@[^\s,]+$/, "Such as celery@worker-1."),
    )
    .max(100)
    .default([])
    .describe("Workers that must be among them, by name"),
  replySeconds: z.number().min(0.5).max(60).default(3).describe("How long answers are waited for"),
  timeoutSeconds: z.number().min(1).max(300).default(30).describe("The tool is ended after that"),
});
export type Settings = z.output<typeof Settings>;

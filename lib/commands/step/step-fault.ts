import { z } from "zod";

/** What went wrong at a step, as it is stored and shown. Never holds a secret. */
export const StepFault = z.strictObject({
  kind: z.enum(["transient", "permanent", "unknown"]),
  code: z.string().max(100),
  message: z.string().max(4000),
  advice: z.string().max(4000),
});
export type StepFault = z.infer<typeof StepFault>;

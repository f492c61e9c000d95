import { z } from "zod";
import { AbsolutePath, ArgumentVector } from "#lib/adapters/absolute-path.ts";
import { checkNames, checkPhase, checkTitle } from "#lib/adapters/check-operations.ts";

/** Variables that make a program load or run something else than what is named. */
export const VariableName = z
  .string()
  .regex(
    /^(?!(?:LD_|DYLD_|BASH_FUNC_|GLIBC_|GCONV_)|(?:BASH_ENV|ENV|IFS|SHELLOPTS|NODE_OPTIONS|PYTHONSTARTUP|PERL5OPT|RUBYOPT|JAVA_TOOL_OPTIONS)$)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    "Write a variable's name; those that make programs load other code are not set here.",
  );

export const Settings = z.strictObject({
  title: checkTitle("Command"),
  phase: checkPhase,
  as: checkNames("verify-core", "check-integrity", "count-rows"),
  command: ArgumentVector.describe(
    "Absolute path of the program, then each argument; it only looks, and changes nothing",
  ),
  environment: z
    .record(
      VariableName,
      z
        .string()
        .max(4000)
        .regex(/^[^\0]*$/),
    )
    .default({})
    .describe("All that the program's environment holds, besides LASTGOOD_VERSION and the target's secrets"),
  workingFolder: AbsolutePath.or(z.literal("/")).default("/").describe("Where it is run"),
  timeoutSeconds: z.number().min(0.1).max(3600).default(60).describe("It is ended after that"),
  repeat: z
    .boolean()
    .default(false)
    .describe(
      "Run it again until it exits with 0, within the step's limit; otherwise the first failure is final",
    ),
});
export type Settings = z.output<typeof Settings>;

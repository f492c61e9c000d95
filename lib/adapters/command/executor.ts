import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import { VariableName } from "#lib/adapters/command/schema.ts";
import type { Settings } from "#lib/adapters/command/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Exit status 0 is good. The secret `stdin` goes to its standard input, any other becomes a variable of its name. */
export const runCheck = checkExecutor<Settings, CheckDesired>(async (ctx, desired) => {
  const { settings } = ctx;
  const { stdin, ...variables } = ctx.secrets;
  for (const name of Object.keys(variables)) refuseVariable(name);
  const end = await runProcess({
    command: settings.command,
    workingFolder: settings.workingFolder,
    environment: { ...settings.environment, LASTGOOD_VERSION: desired.version, ...variables },
    input: stdin,
    timeoutMs: settings.timeoutSeconds * 1000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: ctx.log,
    endsGroup: true,
  });
  const { title } = settings;
  switch (end.how) {
    case "exited":
      break;
    case "cancelled":
      throw new Fault("transient", "CANCELLED", `${title} was stopped.`, "It only looks; run it again.");
    case "timeout":
      throw new Fault(
        "transient",
        "TIMEOUT",
        `${title} did not end within ${settings.timeoutSeconds} s and was stopped with all it had started.`,
        "Run it by hand to see what it waits for, or give it more time in the settings.",
      );
    case "too_much_output":
      throw new Fault(
        "permanent",
        "TOO_MUCH_OUTPUT",
        `${title} wrote more than 16 MiB and was stopped.`,
        "Make it quieter; only 64 KiB of its output are kept.",
      );
  }
  const said = end.output.trim() === "" ? "It wrote nothing." : end.output;
  if (end.exitCode === 0)
    return [evidence(title, true, `Exit status 0 after ${end.milliseconds} ms.\n${said}`)];
  const failure = `Exit status ${end.exitCode ?? "unknown: it was ended by a signal"} after ${end.milliseconds} ms.`;
  if (settings.repeat)
    throw new Fault(
      "transient",
      "CHECK_FAILED",
      `${title}: ${failure} ${said.trim().slice(-300)}`,
      "It is run again within its limit.",
    );
  return [evidence(title, false, `${failure}\n${said}`)];
});

function refuseVariable(name: string): void {
  if (VariableName.safeParse(name).success) return;
  throw new Fault(
    "permanent",
    "SECRET_REFUSED",
    `A secret cannot be given as the variable ${name}.`,
    "Give the secret another name; it becomes a variable of that name.",
  );
}

import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { countFile } from "#lib/adapters/log-check/count-file.ts";
import { countLoki } from "#lib/adapters/log-check/count-loki.ts";
import type { Settings } from "#lib/adapters/log-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

/** What was wrong before the rollback leaves the window by itself: it is looked at again within the step's limit. */
export const checkLog = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { title, path, loki, windowSeconds, most, minLines } = ctx.settings;
  const found = loki === undefined ? await countFile(ctx, path ?? "") : await countLoki(ctx, loki);
  const { lines, matches, samples, unseen, hasTimes, isEmpty } = found;
  const counted = `${matches} of ${lines} lines of the last ${windowSeconds} s match; at most ${most} may.`;
  if (matches > most) {
    const shown = samples.map((line) => excerpt(ctx.redact(line), 200)).join(" | ");
    throw new Fault(
      "transient",
      "CHECK_FAILED",
      `${title}: ${counted}${shown === "" ? "" : ` The latest: ${shown}`}`,
      "It is checked again within its limit; look at the log.",
    );
  }
  if (!isEmpty && !hasTimes)
    throw new Fault(
      "permanent",
      "NO_TIMES",
      `${title}: no line of the log tells when it was written.`,
      "Have the service write times such as 2026-11-21T14:00:00Z, or search the log with a command of your own.",
    );
  if (unseen !== null)
    throw unknown(`${title}: not all of the last ${windowSeconds} s can be seen: ${unseen}.`);
  if (lines < minLines)
    throw unknown(
      `${title}: ${lines === 0 ? "no line was" : `only ${lines} lines were`} written in the last ${windowSeconds} s, so nothing is known.`,
    );
  return [evidence(title, true, counted)];
});

function unknown(message: string): Fault {
  return new Fault(
    "transient",
    "NO_DATA",
    message,
    "Unknown is not good. See that the service writes to this log, and that its times are read right (utcOffset).",
  );
}

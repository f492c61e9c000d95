import path from "node:path";
import { z } from "zod";
import type { AdapterContext, Executor, Receipt } from "#lib/adapters/contract.ts";
import { storeFolder } from "#lib/adapters/env-file/backup.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { Restart, Settings } from "#lib/adapters/env-file/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { shellCommand } from "#lib/adapters/shell-quote.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/** A restart cannot be seen at the target, so what becomes of it is noted beside the file, before and after. */
const Note = z.strictObject({
  rollback: z.string(),
  sha256: z.string(),
  state: z.enum(["started", "finished", "failed"]),
  at: z.string(),
});
type Note = z.output<typeof Note>;
export type Observed = { note: Note | null };

export const restartExecutor: Executor<Settings, Restart, Observed> = {
  observe: ({ settings }) => observeRestart(settings),
  stable: ({ note }) => ({
    lastRun: note === null ? null : { for: note.rollback, state: note.state, at: note.at },
  }),
  isDone: (desired, { note }) => note?.state === "finished" && isFor(note, desired),
  apply: restart,
  verify: async ({ settings }, desired) => {
    const note = await readNote(settings);
    const isDone = note?.state === "finished" && isFor(note, desired);
    return [
      evidence(
        "Restart hook",
        isDone,
        isDone ? `It exited with 0 at ${note.at}.` : "It has not run to its end.",
      ),
    ];
  },
};

/** When the hook was run last for a rollback, and how that ended. */
export const observeRestart = async (settings: Settings): Promise<Observed> => ({
  note: await readNote(settings),
});

async function restart(ctx: Context, desired: Restart, { note }: Observed): Promise<Receipt> {
  const { settings } = ctx;
  const hook = settings.restartHook;
  if (hook === undefined)
    throw new Fault("permanent", "NO_HOOK", "This target has no restart hook.", "Make a new plan.");
  const file = await readPlainFile(settings.path);
  if (file?.sha256 !== desired.sha256)
    throw new Fault(
      "permanent",
      "FILE_DIFFERS",
      `${settings.path} is not as the plan wants it, so nothing is restarted with it.`,
      "Restore the file first.",
    );
  if (note?.state === "started" && isFor(note, desired) && !settings.restartHookIdempotent)
    throw new Fault(
      "unknown",
      "RESTART_UNCERTAIN",
      `The restart hook was started at ${note.at} and its end was never recorded.`,
      `Look whether the service has restarted since then. If it has, mark the step done; if not, run ${shellCommand(hook)} by hand. ` +
        "Set restartHookIdempotent if running it twice does no harm.",
    );
  if (ctx.signal.aborted)
    throw new Fault(
      "transient",
      "CANCELLED",
      "Stopped before the restart hook was started.",
      "Nothing was changed.",
    );
  const write = (state: Note["state"]) =>
    writeNote(ctx, { ...desired, state, at: new Date().toISOString() }, file.stat);
  await write("started");
  ctx.log(`Running ${shellCommand(hook)}.`);
  const end = await runProcess({
    command: hook,
    workingFolder: "/",
    environment: {},
    input: undefined,
    timeoutMs: settings.restartHookSeconds * 1000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: ctx.log,
    endsGroup: false,
  }).catch(async (error: unknown) => {
    // It never ran.
    await write("failed");
    throw error;
  });
  if (end.how !== "exited")
    throw new Fault(
      "unknown",
      "RESTART_STOPPED",
      `The restart hook was stopped after ${end.milliseconds} ms (${end.how.replaceAll("_", " ")}). ${tail(end.output)}`,
      "Look at the service: it may have restarted, or be down. Then mark the step done, or restart it by hand.",
    );
  if (end.exitCode !== 0) {
    await write("failed");
    throw new Fault(
      "permanent",
      "RESTART_FAILED",
      `The restart hook exited with ${end.exitCode ?? "a signal"}. ${tail(end.output)}`,
      "The file is in place. See to the service, then retry or mark the step done.",
    );
  }
  await write("finished");
  return {
    changed: true,
    summary: `The restart hook exited with 0. ${tail(end.output)}`.trim(),
    data: { exitCode: 0 },
  };
}

const isFor = (note: Note, desired: Restart): boolean =>
  note.rollback === desired.rollback && note.sha256 === desired.sha256;

const noteFile = (settings: Settings): string =>
  path.join(storeFolder(settings), `.${path.basename(settings.path)}.restart.json`);

async function readNote(settings: Settings): Promise<Note | null> {
  const file = await readPlainFile(noteFile(settings));
  if (file === null) return null;
  return Note.safeParse(parseJson(file.content.toString("utf8"))).data ?? null;
}

async function writeNote(
  ctx: Context,
  note: Note,
  like: Parameters<typeof replaceAtomically>[2],
): Promise<void> {
  const content = Buffer.from(`${JSON.stringify(note)}\n`);
  await replaceAtomically(noteFile(ctx.settings), content, like, `${ctx.effectKey} note`);
}

const tail = (output: string): string =>
  output.trim() === "" ? "" : `It said: ${output.trim().slice(-500)}`;

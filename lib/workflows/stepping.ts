import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { PlannedStep, Speaker } from "#lib/commands/step/execution.ts";
import { AlreadyRecorded, NothingToRecord, recordStep, type StepChange } from "#lib/commands/step/record.ts";
import { Fault } from "#lib/domain/errors.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import { Parted, type Run } from "#lib/engine/run.ts";
import type { Log } from "#lib/platform/log.ts";
import type { Step } from "#prisma/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import type { OpenTarget } from "#lib/workflows/operation.ts";
import { deaf } from "#lib/workflows/deaf.ts";
import { watch, type Seen } from "#lib/workflows/watch.ts";

/** The run has ended here: people were asked, or someone wanted it to stop. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export type StepSubject = {
  run: Run;
  speaker: Speaker;
  step: PlannedStep;
  row: Step;
  target: OpenTarget;
  log: Log;
};

type Call = {
  /** Whether a pause, an abort or a limit may cut it off: only where no effect may be under way. */
  isInterruptible: boolean;
  previous?: "none" | "unknown";
};

/** One step being worked on by one execution: what it says, what it calls, and what it waits for. */
export type Stepping = {
  /** Throws Stopped when the run ended with it. */
  record: (change: StepChange) => Promise<void>;
  call: <T>(work: (ctx: AdapterContext<unknown>) => Promise<T>, options: Call) => Promise<T>;
  /** Waits; cut short by a wish or a limit, which throw Stopped. */
  waitUntil: (time: number) => Promise<void>;
  isOverLimit: (time?: number) => boolean;
  /** Takes the lines that were not recorded yet. */
  takeOutput: () => Promise<string[]>;
  close: () => void;
};

const leastCallMs = 5000;
const mostLines = 400;
const flushMs = 1000;

export function openStepping(subject: StepSubject): Stepping {
  const { run, speaker, step, row, target, log } = subject;
  // A step that a person tries again starts anew; one that is taken over goes on within its limit.
  const isGoingOn = row.state === "running" || row.state === "waiting_retry";
  const startedAt = (isGoingOn ? row.startedAt?.getTime() : undefined) ?? Date.now();
  const limitAt = startedAt + step.limitSeconds * 1000;
  const listeners = new Set<() => void>();
  let seen: Seen = { isWanted: false, isOver: false, isFenced: false };
  let lines: string[] = [];
  let lineCount = 0;
  let flushedAt = performance.now();
  let flushing: Promise<void> = Promise.resolve();

  const record = async (change: StepChange): Promise<void> => {
    try {
      const input = { speaker, key: step.key, change };
      const { proceed } = await persistently(() => recordStep(worker, input), letGo(run.signal));
      if (!proceed) throw new Stopped();
    } catch (error) {
      if (!(error instanceof AlreadyRecorded || error instanceof NothingToRecord)) throw error;
    }
  };
  const flush = (): void => {
    if (lines.length === 0 || performance.now() - flushedAt < flushMs) return;
    flushedAt = performance.now();
    const taken = lines;
    lines = [];
    flushing = flushing
      .then(() => record({ type: "output", lines: taken }))
      .catch((error: unknown) => log.debug({ err: error }, "output was not recorded"));
  };
  const watcher = watch(speaker, step.phase, log, (now) => {
    seen = now;
    flush();
    for (const listener of listeners) listener();
  });
  const keep = (line: string): void => {
    lineCount += 1;
    if (lineCount < mostLines) lines.push(line);
    else if (lineCount === mostLines) lines.push("(more output was dropped)");
  };
  const haltIfWanted = async (): Promise<void> => {
    if (seen.isFenced) throw new Parted("Another execution owns this run.");
    if (seen.isWanted || seen.isOver) await record({ type: "waiting" });
  };

  const call: Stepping["call"] = async (work, { isInterruptible, previous = "none" }) => {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, run.signal]);
    const limit = new AbortController();
    const timer = setTimeout(
      () => {
        limit.abort();
        controller.abort();
      },
      Math.max(leastCallMs, limitAt - Date.now()),
    );
    const onSeen = (): void => {
      if (seen.isFenced || (isInterruptible && (seen.isWanted || seen.isOver))) controller.abort();
    };
    listeners.add(onSeen);
    const ctx = target.context({ signal, effectKey: `${speaker.rollback}:${step.key}`, previous, log: keep });
    try {
      return await Promise.race([work(ctx), deaf(signal)]);
    } catch (error) {
      if (run.signal.aborted || seen.isFenced) throw new Parted("This execution was told to let go.");
      if (limit.signal.aborted) throw overLimit(step, isInterruptible);
      if (controller.signal.aborted) await haltIfWanted();
      throw error;
    } finally {
      clearTimeout(timer);
      listeners.delete(onSeen);
    }
  };

  const waitUntil = async (time: number): Promise<void> => {
    for (;;) {
      run.handOver();
      await haltIfWanted();
      const left = time - Date.now();
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          listeners.delete(done);
          resolve();
        };
        const timer = setTimeout(done, left);
        listeners.add(done);
      });
    }
  };

  return {
    record,
    call,
    waitUntil,
    isOverLimit: (time = Date.now()) => time >= limitAt,
    takeOutput: async () => {
      await flushing;
      const taken = lines;
      lines = [];
      return taken;
    },
    close: () => watcher.stop(),
  };
}

export function overLimit(step: PlannedStep, isLooking: boolean): Fault {
  return new Fault(
    isLooking ? "permanent" : "unknown",
    "STEP_LIMIT",
    `The limit of ${step.limitSeconds} s for this step is over.`,
    "Look at the target, then retry with a fresh limit, or run the command by hand.",
  );
}

import type { JsonObject } from "#lib/domain/json.ts";

/** What an execution of a run is given. An execution ends; the run goes on in another one where this one was lost. */
export type Run = {
  id: string;
  kind: string;
  subjectId: string;
  input: JsonObject;
  /** Held in memory: the one thing that a fenced execution cannot renew. */
  generation: number;
  workerId: string;
  /** Aborted when this execution must let go at once: fenced, or out of patience while draining. */
  signal: AbortSignal;
  /** For safe points, where nothing is half done: throws Parted when the worker drains. */
  handOver: () => void;
  /**
   * Just before an effect: resolves at once while this worker holds its lease; otherwise renews it and asks whether
   * the run is still owned. Throws Parted when another execution has it.
   */
  confirmOwned: () => Promise<void>;
};

export type LostRun = {
  id: string;
  kind: string;
  subjectId: string;
  generation: number;
  /** Whose lease is over; null when nobody had claimed it. */
  workerId: string | null;
  takenBy: string;
};

export type Handler = {
  run: (run: Run) => Promise<void>;
  /** How often a worker looks for new runs of this kind, in ms. Default 100. */
  pollMs?: number;
  /** Takes a lost run over with takeOverRun(), and records it in the same transaction. Resolves false when another was first. */
  takeOver?: (lost: LostRun) => Promise<boolean>;
  /** A run ended by a bug. It must record so and end the run with endRun(). Never called for Parted. */
  failed?: (run: Run, error: unknown) => Promise<void>;
};

/** This execution no longer owns its run, or hands it over: it stops without recording an outcome or touching anything. */
export class Parted extends Error {
  override readonly name = "Parted";
}

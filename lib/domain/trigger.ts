import { holds, longEnough } from "#lib/domain/condition.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { Trigger } from "#lib/domain/playbook-rule.ts";

/** One look at a fact. */
export type Observation = { value: FactValue; at: Date };

/** `holding`: the threshold is passed, but not for long enough yet. `unknown`: nobody has looked lately. */
type TriggerState = "firing" | "holding" | "clear" | "unknown";
export type TriggerReading = {
  state: TriggerState;
  /** For how long, or for how many observations in a row, the threshold has been passed. */
  heldSeconds: number;
  inARow: number;
};

/** A gap longer than this ends what had held; the last observation must not be older either. Seconds. */
const silentAfter = 120;

/**
 * What one trigger makes of the observations of its fact, in any order, at `now`. Silence is unknown, never clear. Pure.
 */
export function readTrigger(
  trigger: Trigger,
  observations: readonly Observation[],
  now: Date,
): TriggerReading {
  const newestFirst = observations
    .filter((one) => one.at <= now)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const newest = newestFirst[0];
  if (!newest || secondsBetween(newest.at, now) > silentAfter) {
    return { state: "unknown", heldSeconds: 0, inARow: 0 };
  }
  const run = passedInARow(trigger, newestFirst);
  const oldest = run.at(-1);
  if (!oldest) return { state: "clear", heldSeconds: 0, inARow: 0 };
  const reading = { heldSeconds: secondsBetween(oldest.at, now), inARow: run.length };
  return { state: isFiring(trigger, reading) ? "firing" : "holding", ...reading };
}

function passedInARow(trigger: Trigger, newestFirst: readonly Observation[]): Observation[] {
  const run: Observation[] = [];
  for (const one of newestFirst) {
    const later = run.at(-1);
    if (!holds(trigger.condition, one.value)) break;
    if (later && secondsBetween(one.at, later.at) > silentAfter) break;
    run.push(one);
  }
  return run;
}

function isFiring(trigger: Trigger, reading: { heldSeconds: number; inARow: number }): boolean {
  if (trigger.consecutive !== undefined) return reading.inARow >= trigger.consecutive;
  const held = trigger.condition.for;
  return held === undefined || longEnough(held, reading.heldSeconds);
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

import { comparisons, holds, sustainedKey, type Comparison } from "#lib/domain/condition.ts";
import { factFault, type FactDefinition } from "#lib/domain/fact.ts";
import type { Facts, FactValue } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** One value of a signal. Signals of one name stand newest first. */
export type Sample = { name: string; value: number; unit: string | null; at: string };

/** A value older than this says nothing about now. */
export const freshMs = 120_000;
/** Two samples further apart than this leave a gap in which anything may have happened. */
const gapMs = 60_000;

export type Measured = {
  facts: Facts;
  /** Seconds for which a comparison has held without a break, by `sustainedKey`. */
  sustainedFor: Record<string, number>;
};

/** Answers a playbook's facts from signals: the newest value of each, and for how long each threshold has held. Pure. */
export function factsFromSignals(playbook: Playbook, samples: readonly Sample[], now: Date): Measured {
  const facts: Facts = {};
  const sustainedFor: Record<string, number> = {};
  const conditions = [
    ...playbook.matrices.flatMap((matrix) => matrix.rows.flatMap((row) => comparisons(row.when))),
    ...playbook.triggers.map((trigger) => trigger.condition),
  ];
  for (const definition of playbook.facts) {
    const series = seriesOf(definition, samples);
    const newest = series[0];
    if (!newest || now.getTime() - newest.at > freshMs) continue;
    facts[definition.id] = newest.value;
    for (const condition of conditions) {
      if (condition.fact !== definition.id) continue;
      sustainedFor[sustainedKey(condition)] = heldSeconds(condition, series, now);
    }
  }
  return { facts, sustainedFor };
}

function seriesOf(
  definition: FactDefinition,
  samples: readonly Sample[],
): { value: FactValue; at: number }[] {
  const signal = "signal" in definition ? definition.signal : undefined;
  if (signal === undefined) return [];
  return samples.flatMap((sample) => {
    if (sample.name !== signal) return [];
    const value = inUnitOf(definition, sample);
    return value === null || factFault(definition, value) !== null
      ? []
      : [{ value, at: Date.parse(sample.at) }];
  });
}

function inUnitOf(definition: FactDefinition, sample: Sample): FactValue | null {
  if (definition.type === "yes_no") return sample.value !== 0;
  if (definition.type === "choice") return null;
  const isShare = sample.unit === "fraction" || sample.unit === "ratio";
  const value = isShare && definition.unit === "%" ? sample.value * 100 : sample.value;
  return definition.type === "count" ? Math.round(value) : Math.round(value * 100) / 100;
}

function heldSeconds(
  condition: Comparison,
  series: readonly { value: FactValue; at: number }[],
  now: Date,
): number {
  let since: number | null = null;
  let later = now.getTime();
  for (const { value, at } of series) {
    if (!holds(condition, value) || later - at > gapMs * 2) break;
    since = at;
    later = at;
  }
  return since === null ? 0 : Math.max(0, Math.round((now.getTime() - since) / 1000));
}

/** The triggers whose threshold is crossed right now, their duration apart. */
export function crossedTriggers(playbook: Playbook, facts: Facts): string[] {
  return playbook.triggers.flatMap((trigger) => {
    const value = facts[trigger.condition.fact];
    return value !== undefined && holds(trigger.condition, value) ? [trigger.id] : [];
  });
}

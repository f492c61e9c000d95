import { comparisons, holds, sustainedKey, type Comparison } from "#lib/domain/condition.ts";
import { factFault, type FactDefinition } from "#lib/domain/fact.ts";
import type { Facts, FactValue } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Observation } from "#lib/domain/trigger.ts";

/** One value of a signal. Signals of one name stand newest first. */
export type Sample = { name: string; value: number; unit: string | null; at: string };

/** A value older than this says nothing about now. */
export const freshMs = 120_000;
/** Two samples further apart than this leave a gap in which anything may have happened. */
const gapMs = 60_000;

export type Measured = {
  facts: Facts;
  /** When each of them was measured, RFC 3339. */
  measuredAt: Record<string, string>;
  /**
   * Seconds for which a comparison has held without a break, by `sustainedKey`. None for what does not hold now: the
   * history of another value says nothing about what a person answers instead.
   */
  sustainedFor: Record<string, number>;
};

/**
 * Answers a playbook's facts from signals: the newest value of each, for how long each threshold has held, and the fact
 * that asks "for how long" where a threshold with a duration is crossed. Pure.
 */
export function factsFromSignals(playbook: Playbook, samples: readonly Sample[], now: Date): Measured {
  const facts: Facts = {};
  const measuredAt: Record<string, string> = {};
  const sustainedFor: Record<string, number> = {};
  const conditions = [
    ...playbook.matrices.flatMap((matrix) => matrix.rows.flatMap((row) => comparisons(row.when))),
    ...playbook.triggers.map((trigger) => trigger.condition),
  ];
  for (const definition of playbook.facts) {
    const series = seriesOf(definition, samples);
    const newest = series[0];
    if (!newest || now.getTime() - newest.at > freshMs) continue;
    const at = new Date(newest.at).toISOString();
    facts[definition.id] = newest.value;
    measuredAt[definition.id] = at;
    const own = conditions.filter((condition) => condition.fact === definition.id);
    for (const condition of own.filter((one) => holds(one, newest.value))) {
      sustainedFor[sustainedKey(condition)] = heldSeconds(condition, series, now);
    }
    const companion = "heldFor" in definition ? definition.heldFor : undefined;
    const lasting = own.filter((condition) => condition.for && holds(condition, newest.value));
    if (companion === undefined || lasting.length === 0) continue;
    // One answer stands for every threshold that is crossed, so it is the shortest: none may seem held for longer.
    facts[companion] = Math.min(...lasting.map((condition) => sustainedFor[sustainedKey(condition)] ?? 0));
    measuredAt[companion] = at;
  }
  return { facts, measuredAt, sustainedFor };
}

/** Answers that are read and sent again differ by this much at the most. Seconds. */
const sameWithin = 30;

/**
 * The histories that stand beside a set of answers: those of facts of which people did not say themselves for how long
 * it has been so. The same in browser and server, a few seconds apart. Pure.
 */
export function historyFor(
  playbook: Pick<Playbook, "facts">,
  facts: Facts,
  measured: Pick<Measured, "facts" | "sustainedFor">,
): Record<string, number> {
  const said = new Set(
    playbook.facts.flatMap((fact) => {
      const companion = "heldFor" in fact ? fact.heldFor : undefined;
      const answer = companion === undefined ? undefined : facts[companion];
      const known = companion === undefined ? undefined : measured.facts[companion];
      const isSame =
        answer === undefined ||
        (typeof answer === "number" && typeof known === "number" && Math.abs(answer - known) <= sameWithin);
      return isSame ? [] : [fact.id];
    }),
  );
  return Object.fromEntries(
    Object.entries(measured.sustainedFor).filter(([key]) => !said.has(key.split(" ", 1)[0] ?? "")),
  );
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

/** The samples that answer a fact, in its own unit and in the order given. Pure. */
export function observationsOf(definition: FactDefinition, samples: readonly Sample[]): Observation[] {
  return seriesOf(definition, samples).map(({ value, at }) => ({ value, at: new Date(at) }));
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

import { distanceToBad, holds, shownNumber } from "#lib/adapters/comparison.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import type { Series } from "#lib/adapters/prometheus-answer.ts";
import type { Settings } from "#lib/adapters/prometheus-check/schema.ts";

/** `unknown`: nothing speaks against it, and that is not enough. */
export type Verdict = { kind: "good" | "bad" | "unknown"; detail: string };

const named = 5;

/** The worst series counts. A series without a number, or without a baseline, is unknown, and unknown is not good. */
export function judge(
  settings: Settings,
  found: readonly Series[],
  baseline: ReadonlyMap<string, number> | null,
  expectedPoints: number,
): Verdict {
  if (found.length < settings.series)
    return {
      kind: "unknown",
      detail: `${found.length === 0 ? "No series answers" : `Only ${found.length} of ${settings.series} series answer`}, so nothing is known.`,
    };
  const judged = found.map((series) => judgeSeries(settings, series, baseline, expectedPoints));
  for (const kind of ["bad", "unknown"] as const) {
    const those = judged.filter((one) => one.kind === kind);
    if (those.length > 0) return { kind, detail: `${listed(those)} ${counted(those.length, found.length)}` };
  }
  const worst = judged.reduce((a, b) => (a.margin <= b.margin ? a : b));
  const held = settings.heldSeconds === 0 ? "" : `, all through the last ${settings.heldSeconds} s`;
  const others = judged.length === 1 ? "" : ` It is the worst of ${judged.length} series.`;
  return { kind: "good", detail: `${worst.detail}${held}.${others}` };
}

type Judged = Verdict & { margin: number };

function judgeSeries(
  { comparison, limit, baseline: rule, heldSeconds }: Settings,
  { name, points }: Series,
  baseline: ReadonlyMap<string, number> | null,
  expectedPoints: number,
): Judged {
  const unknown = (detail: string): Judged => ({ kind: "unknown", detail, margin: Number.NEGATIVE_INFINITY });
  const before = baseline?.get(name);
  if (rule !== undefined && (before === undefined || Number.isNaN(before)))
    return unknown(`${name} has no baseline ${rule.secondsAgo} s ago`);
  const bound =
    rule === undefined
      ? (limit ?? Number.NaN)
      : Math.max((before ?? 0) * rule.multiple, rule.atLeast ?? Number.NEGATIVE_INFINITY);
  const words =
    rule === undefined
      ? shownNumber(bound)
      : `${shownNumber(bound)} (${rule.multiple} × ${shownNumber(before ?? 0)})`;
  const margin = (value: number): number => distanceToBad(value, comparison, bound);
  const numbers = points.filter(({ value }) => !Number.isNaN(value));
  const worst = numbers.reduce<number | null>(
    (a, { value }) => (a === null || margin(value) < margin(a) ? value : a),
    null,
  );
  if (worst !== null && !holds(worst, comparison, bound))
    return {
      kind: "bad",
      detail: `${name} is ${shownNumber(worst)}, and not ${comparison} ${words}`,
      margin: margin(worst),
    };
  if (worst === null) return unknown(`${name} gives no number`);
  if (numbers.length < expectedPoints)
    return unknown(
      `${name} was seen at ${numbers.length} of ${expectedPoints} moments of the last ${heldSeconds} s`,
    );
  return {
    kind: "good",
    detail: `${name} is ${shownNumber(worst)}, ${comparison} ${words}`,
    margin: margin(worst),
  };
}

function listed(those: readonly Verdict[]): string {
  const first = those.slice(0, named).map(({ detail }) => excerpt(detail, 400));
  return `${first.join("; ")}${those.length > named ? `; and ${those.length - named} more` : ""}.`;
}

const counted = (some: number, all: number): string => (all === 1 ? "" : `(${some} of ${all} series)`);

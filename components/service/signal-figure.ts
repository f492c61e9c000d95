import type { SignalView } from "#lib/domain/view.ts";

/** Units that a figure carries as they are written; the others are words of whoever measured. */
const written: Readonly<Record<string, string>> = { percent: "%", count: "", fraction: "%", ratio: "%" };

/** A measured value as people read it: a fraction in per cent, a count without a unit. */
export function signalFigure({ value, unit }: Pick<SignalView, "value" | "unit">, digits = 3): string {
  const isShare = unit === "fraction" || unit === "ratio";
  const figure = Number((isShare ? value * 100 : value).toPrecision(digits));
  const word = unit === null ? "" : (written[unit] ?? unit);
  return word === "" ? String(figure) : `${figure} ${word}`;
}

/** `response_time_ms` as "Response time", `cpu_percent` as "CPU": the unit stands beside the figure. */
export function signalTitle({ name, unit }: Pick<SignalView, "name" | "unit">): string {
  const bare = unit !== null && name.endsWith(`_${unit}`) ? name.slice(0, -unit.length - 1) : name;
  const words = bare.replaceAll("_", " ").replace(/\bcpu\b/, "CPU");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

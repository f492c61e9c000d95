export type Findable = { label: string; hint?: string };

/**
 * The entries that every typed word is found in, best first: labels that begin with the text, then words that do, then
 * anything that contains it. Without a text, all of them in their order.
 */
export function findEntries<T extends Findable>(entries: readonly T[], text: string): T[] {
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (wanted.length === 0) return [...entries];
  const scored = entries.flatMap((entry) => {
    const label = entry.label.toLowerCase();
    const all = `${label} ${entry.hint?.toLowerCase() ?? ""}`;
    if (!wanted.every((word) => all.includes(word))) return [];
    const whole = wanted.join(" ");
    const score = label.startsWith(whole)
      ? 0
      : wanted.every((word) => ` ${label}`.includes(` ${word}`))
        ? 1
        : label.includes(whole)
          ? 2
          : 3;
    return [{ entry, score }];
  });
  return scored.toSorted((a, b) => a.score - b.score).map(({ entry }) => entry);
}

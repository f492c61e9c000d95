export type Comparison = {
  added: string[];
  changed: string[];
  removed: string[];
  plain: Record<string, { from: string | null; to: string | null }>;
};

/** The values by key; of a key that stands twice the last. */
export function parseEnvironment(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.trim());
  }
  return values;
}

/** What becomes of each key; the values of `plainKeys` only. Even a hash of a short value would give it away. */
export function compareEnvironments(before: string, after: string, plainKeys: readonly string[]): Comparison {
  return compareValues(parseEnvironment(before), parseEnvironment(after), plainKeys);
}

/** As `compareEnvironments`, of values that are parsed already. */
export function compareValues(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  plainKeys: readonly string[],
): Comparison {
  const keys = [...new Set([...from.keys(), ...to.keys()])].sort();
  const differ = keys.filter((key) => from.get(key) !== to.get(key));
  return {
    added: differ.filter((key) => !from.has(key)),
    changed: differ.filter((key) => from.has(key) && to.has(key)),
    removed: differ.filter((key) => !to.has(key)),
    plain: Object.fromEntries(
      differ
        .filter((key) => plainKeys.includes(key))
        .map((key) => [key, { from: from.get(key) ?? null, to: to.get(key) ?? null }]),
    ),
  };
}

/** One line for people: which keys change, with the values that may be shown. */
export function describeComparison({
  added,
  changed,
  removed,
  plain,
}: Omit<Comparison, "plain"> & Partial<Comparison>): string {
  const one = (key: string): string => {
    const values = plain?.[key];
    return values === undefined ? key : `${key} (${values.from ?? "none"} → ${values.to ?? "none"})`;
  };
  const parts = [
    ["changed", changed],
    ["added", added],
    ["removed", removed],
  ] as const;
  const said = parts
    .filter(([, keys]) => keys.length > 0)
    .map(([word, keys]) => `${word}: ${keys.map(one).join(", ")}`);
  return said.length === 0 ? "No key differs" : said.join("; ");
}

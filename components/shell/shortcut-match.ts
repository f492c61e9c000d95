/** The parts of a keyboard event that decide. */
export type KeyPress = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean };

/** How a press is written in `keys`: "r", "?", "mod+k"; null for a lone modifier or a combination that is the browser's. */
export function pressName(press: KeyPress): string | null {
  if (press.altKey || press.key.length !== 1) return press.key === "Escape" ? "escape" : null;
  const key = press.key.toLowerCase();
  return press.ctrlKey || press.metaKey ? `mod+${key}` : key;
}

/** How long, in milliseconds, the first key of a pair waits for the second. */
export const pairWindow = 1200;

/**
 * Which of `keys` is complete after `press`, given the presses before it that still count. Returns the match, and what
 * to remember for the next press.
 */
export function matchKeys(
  keys: readonly string[],
  before: string,
  press: string,
): { match: string | null; remember: string } {
  const sequence = before === "" ? press : `${before} ${press}`;
  if (keys.includes(sequence)) return { match: sequence, remember: "" };
  if (keys.some((each) => each.startsWith(`${sequence} `))) return { match: null, remember: sequence };
  if (before !== "") return matchKeys(keys, "", press);
  return { match: null, remember: "" };
}

/** `mod+k` as people see it on their keyboard. */
export function keyCaps(keys: string, isApple: boolean): string[] {
  return keys
    .split(/[ +]/)
    .map((cap) => (cap === "mod" ? (isApple ? "⌘" : "Ctrl") : cap === "escape" ? "Esc" : cap.toUpperCase()));
}

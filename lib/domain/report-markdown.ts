/** Direction marks and other characters that can make a line read as something else. */
const invisible =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text from outside as part of one line: no Markdown, no HTML and no new line can come out of it. What Markdown leaves
 * alone stays as it is, so that versions, ids and addresses can be searched for.
 */
export function inline(text: string): string {
  return text
    .replace(invisible, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*[\]#|~$]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/^([-+=])/, "\\$1")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** A block of text as it stands. Its fence is longer than any run of backticks inside. */
export function fence(text: string, language = ""): string {
  const clean = text.replace(invisible, "");
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((match) => match[0].length));
  const marks = "`".repeat(Math.max(3, longest + 1));
  return `${marks}${language}\n${clean.replace(/\s+$/, "")}\n${marks}`;
}

/** Lines below a list item. */
export function indent(text: string, by = "  "): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : by + line))
    .join("\n");
}

/** A table; cells are escaped here. An empty cell shows a dash. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => (cell === "" ? "–" : inline(cell))).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Parts with one empty line between; empty parts vanish. */
export function document(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Seconds as people say them: "45 s", "3 min 20 s", "2 h 5 min". */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h > 0) return m === 0 ? `${h} h` : `${h} h ${m} min`;
  if (m > 0) return s === 0 ? `${m} min` : `${m} min ${s} s`;
  return `${s} s`;
}

/** A time as it stands in documents: UTC, to the second. */
export function stamp(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

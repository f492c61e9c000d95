import { Fault } from "#lib/domain/errors.ts";

export type ServerLine = { address: string; isDown: boolean; isBackup: boolean };

const serverLine = /^(\s*server\s+)([^\s;#]+)((?:\s+[^\s;#]+)*)\s*;([^\n]*)$/;

/** The server lines of one upstream. Throws Fault UPSTREAM_MISSING. */
export function readUpstream(text: string, upstream: string): ServerLine[] {
  const { body } = blockOf(text, upstream);
  return body.split("\n").flatMap((line) => {
    const [, , address = "", words = ""] = serverLine.exec(line) ?? [];
    if (address === "") return [];
    const options = words.split(/\s+/);
    return [{ address, isDown: options.includes("down"), isBackup: options.includes("backup") }];
  });
}

/**
 * The same text with these addresses serving and every other server line of the upstream marked down; all else stays
 * as it is. The same input gives the same output, and the output itself again.
 */
export function withServing(text: string, upstream: string, serving: readonly string[]): string {
  const { start, body, end } = blockOf(text, upstream);
  const lines = body.split("\n").map((line) => {
    const [whole, head = "", address = "", words = "", tail = ""] = serverLine.exec(line) ?? [];
    if (whole === undefined) return line;
    const isServing = serving.includes(address);
    const options = words
      .split(/\s+/)
      .filter((word) => word !== "" && word !== "down" && !(isServing && word === "backup"));
    return `${head}${[address, ...options, ...(isServing ? [] : ["down"])].join(" ")};${tail}`;
  });
  return text.slice(0, start) + lines.join("\n") + text.slice(end);
}

function blockOf(text: string, upstream: string): { start: number; body: string; end: number } {
  const opening = new RegExp(`^[ \\t]*upstream\\s+${upstream.replaceAll(".", "\\.")}\\s*\\{`, "m").exec(text);
  const start = opening === null ? -1 : opening.index + opening[0].length;
  const end = start < 0 ? -1 : text.indexOf("}", start);
  if (start >= 0 && end >= 0) return { start, body: text.slice(start, end), end };
  throw new Fault(
    "permanent",
    "UPSTREAM_MISSING",
    `The file has no block “upstream ${upstream} { … }”.`,
    "Check includeFile and upstream in the settings. Nothing was changed.",
  );
}

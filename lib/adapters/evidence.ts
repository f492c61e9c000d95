import type { Evidence } from "#lib/adapters/contract.ts";

/** Evidence of this moment. */
export function evidence(title: string, ok: boolean, detail: string): Evidence {
  return { title, ok, detail, at: new Date().toISOString() };
}

/** The beginning of a text of others, on one line, for a message. */
export function excerpt(text: string, most = 300): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}

/** Text that can be stored and shown whatever bytes it was made from: no control characters but line breaks and tabs. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "\ufffd").toWellFormed();
}

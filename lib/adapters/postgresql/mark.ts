import { z } from "zod";
import { parseJson } from "#lib/adapters/json-path.ts";
import { literal, quoted } from "#lib/adapters/postgresql/names.ts";
import { Rows } from "#lib/adapters/postgresql/schema.ts";

/** What a rollback writes into the comment of a database, as its last line: renaming takes it along. */
export const Mark = z.strictObject({
  rollback: z.string(),
  role: z.enum(["restored", "scratch", "closed", "before"]),
  /** `partial`: being filled, and worth nothing yet. */
  state: z.enum(["partial", "complete"]),
  source: z.string().optional(),
  rows: Rows.optional(),
  at: z.string(),
});
export type Mark = z.output<typeof Mark>;

const prefix = "lastgood ";

/** What people wrote about a database, and what a rollback did. */
export function readComment(comment: string | null): { text: string; mark: Mark | null } {
  if (comment === null) return { text: "", mark: null };
  const at = comment.lastIndexOf("\n") + 1;
  const last = comment.slice(at);
  if (!last.startsWith(prefix)) return { text: comment, mark: null };
  const mark = Mark.safeParse(parseJson(last.slice(prefix.length)));
  return mark.success
    ? { text: comment.slice(0, Math.max(0, at - 1)), mark: mark.data }
    : { text: comment, mark: null };
}

/** The statement that writes both. */
export function commentOn(database: string, text: string, mark: Mark | null): string {
  const line = mark === null ? "" : prefix + JSON.stringify(mark);
  const comment = [text, line].filter((part) => part !== "").join("\n");
  return `COMMENT ON DATABASE ${quoted(database)} IS ${comment === "" ? "NULL" : literal(comment)}`;
}

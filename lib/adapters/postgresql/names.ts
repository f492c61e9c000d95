import { createHash } from "node:crypto";
import path from "node:path";
import type { Settings } from "#lib/adapters/postgresql/schema.ts";

const longest = 63;

/** The rollback's id as part of names of databases and files. */
export function rollbackWord(rollback: string): string {
  return rollback
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, "_")
    .slice(0, 40);
}

/** `<database>_<role>_<rollback>`, always the same for the same; a name that gets too long ends in its own hash. */
export function derivedName(
  database: string,
  role: "before" | "restored" | "verify",
  rollback: string,
): string {
  const end = `_${role}_${rollbackWord(rollback)}`;
  if (database.length + end.length <= longest) return database + end;
  const hash = createHash("sha256").update(database).digest("hex").slice(0, 6);
  return `${database.slice(0, Math.max(1, longest - end.length - 7))}_${hash}${end}`.slice(0, longest);
}

/** Where the present state is dumped to: one file for each rollback. */
export function dumpFile({ dumpFolder, database }: Settings, rollback: string): string {
  return path.join(dumpFolder, `emergency-${database}-${rollbackWord(rollback)}.dump`);
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export function literal(text: string): string {
  const inner = text.replaceAll("'", "''");
  return inner.includes("\\") ? ` E'${inner.replaceAll("\\", "\\\\")}'` : `'${inner}'`;
}

/** `schema.table`, quoted; without a schema it is looked for as the connection does. */
export const quotedTable = (table: string): string => table.split(".").map(quoted).join(".");

/** As PostgreSQL's settings take it: they know neither T nor Z. */
export const postgresMoment = (moment: string): string => moment.replace("T", " ").replace("Z", "+00");

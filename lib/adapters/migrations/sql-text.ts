const lossy = /\b(?:DELETE\s+FROM|TRUNCATE|DROP\s+(?:TABLE|COLUMN|SCHEMA))\b[^;\n]*/gi;
const unsafe =
  /(?:^|;)\s*(?:BEGIN|COMMIT|END|ROLLBACK|ABORT|START\s+TRANSACTION|SAVEPOINT)\b(?!\s+(?:IF|LOOP|CASE))|\bCONCURRENTLY\b|\bVACUUM\b/i;

/** SQL without its comments, on the same lines. */
export function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
}

/** Statements that throw data away, with their lines. */
export function lossesIn(sql: string, firstLine = 1): { line: number; what: string }[] {
  return [...sql.matchAll(lossy)].map((match) => ({
    line: firstLine + lineBreaks(sql.slice(0, match.index)),
    what: `runs ${match[0].replace(/\s+/g, " ").trim().slice(0, 200)}`,
  }));
}

/** Whether it can be run as one transaction: it neither ends one nor holds what refuses to be in one. */
export function isOneTransaction(sql: string): boolean {
  const withoutBodies = sql.replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "");
  return !unsafe.test(withoutBodies);
}

export const lineBreaks = (text: string): number => text.split("\n").length - 1;

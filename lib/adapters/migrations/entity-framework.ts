import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import type { Graph, Migration, Undoing } from "#lib/adapters/migrations/graph.ts";
import { momentOf } from "#lib/adapters/migrations/prisma.ts";
import type { Settings } from "#lib/adapters/migrations/schema.ts";
import { lineBreaks, lossesIn } from "#lib/adapters/migrations/sql-text.ts";
import { dotnetOf, runTool } from "#lib/adapters/migrations/tool-process.ts";
import { Fault } from "#lib/domain/errors.ts";

const sourceFile = /^(\d{14}_[A-Za-z0-9_]{1,150})\.cs$/;

/** The migrations of the project, in the order of their names. Throws Fault `permanent`. */
export async function readEntityFramework({ settings }: Context): Promise<Graph> {
  const inside = settings.migrations ?? "Migrations";
  const folder = path.join(settings.workingFolder, inside);
  const files = await readdir(folder).catch(() => {
    throw new Fault(
      "permanent",
      "PROJECT_NOT_FOUND",
      `The folder ${folder} cannot be read.`,
      "Correct workingFolder or migrations in the settings.",
    );
  });
  const names = files.flatMap((file) => sourceFile.exec(file)?.[1] ?? []).toSorted();
  const migrations = await Promise.all(
    names.map(async (revision, at): Promise<[string, Migration]> => {
      const file = path.join(inside, `${revision}.cs`);
      const content = await readFile(path.join(settings.workingFolder, file));
      const before = names[at - 1];
      const after = before === undefined ? [] : [before];
      return [
        revision,
        { revision, after, needs: [], writtenAt: momentOf(revision), undoing: undoingOf(content, file) },
      ];
    }),
  );
  return new Map(migrations);
}

function undoingOf(content: Buffer, file: string): Undoing {
  const source = content
    .toString("utf8")
    .replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (one) => one.replace(/[^\n]/g, " "));
  const down = bodyOf(source, "Down");
  const sha256 = createHash("sha256").update(content).digest("hex");
  const known = { file, sha256, line: down?.line ?? 1, isTransactional: true, losses: [] };
  if (down === null) return { can: "missing", ...known };
  const isEmpty = down.text.trim() === "";
  if (isEmpty) return { can: bodyOf(source, "Up")?.text.trim() === "" ? "nothing" : "empty", ...known };
  const raised = /(?:^|[;{}])\s*throw\b/.exec(down.text);
  if (raised !== null)
    return {
      can: "raises",
      ...known,
      line: down.line + lineBreaks(down.text.slice(0, raised.index + raised[0].length)),
    };
  const drops = [...down.text.matchAll(/\.Drop(Table|Column)\(([^;]*?)\);/g)].map((match) => ({
    line: down.line + lineBreaks(down.text.slice(0, match.index)),
    what: `drops the ${match[1] === "Table" ? "table" : "column"} ${[...(match[2] ?? "").matchAll(/"([^"]*)"/g)].map((one) => one[1]).join(", ")}`,
  }));
  return {
    can: "yes",
    ...known,
    isTransactional: !/suppressTransaction:\s*true/.test(down.text),
    losses: [...drops, ...lossesIn(down.text, down.line)],
  };
}

/** What stands between the braces of `protected override void <name>(…)`, and the line on which they open. */
function bodyOf(source: string, name: string): { text: string; line: number } | null {
  const head = new RegExp(String.raw`\bvoid\s+${name}\s*\([^)]*\)\s*\{`).exec(source);
  if (head === null) return null;
  const start = head.index + head[0].length;
  let depth = 1;
  let end = start;
  for (; end < source.length && depth > 0; end++)
    depth += source[end] === "{" ? 1 : source[end] === "}" ? -1 : 0;
  return { text: source.slice(start, end - 1), line: 1 + lineBreaks(source.slice(0, start)) };
}

/** Has the tool go down to one migration, named in full. Throws Fault. */
export async function downgradeEntityFramework(ctx: Context, to: string): Promise<void> {
  const { settings } = ctx;
  const end = await runTool(ctx, dotnetOf(settings), {
    args: entityFrameworkArguments(to),
    environment: { [settings.urlVariable]: connectionText(settings, ctx.secrets["password"] ?? "") },
    timeoutSeconds: settings.timeoutSeconds,
  });
  if (end.how === "exited" && end.exitCode === 0) return;
  if (end.how === "cancelled")
    throw new Fault("transient", "CANCELLED", "The downgrade was stopped.", "It may be started again.");
  throw new Fault(
    "permanent",
    end.how === "timeout" ? "TIMEOUT" : "DOWNGRADE_FAILED",
    end.how === "timeout"
      ? `The downgrade did not end within ${settings.timeoutSeconds} s and was stopped.`
      : `The downgrade failed: ${excerpt(end.output.trim().split("\n").at(-1) ?? "")}`,
    "Correct what the message names, then retry; or restore the backup of the deployment.",
  );
}

export const entityFrameworkArguments = (to: string): string[] => [
  "ef",
  "database",
  "update",
  to,
  "--no-build",
];

export function connectionText(settings: Settings, password: string): string {
  const { host, port, database, user, tls, lockSeconds } = settings;
  const quoted = (value: string): string =>
    /^[A-Za-z0-9_.-]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
  const ssl = tls === "verify" ? ";SSL Mode=VerifyFull" : "";
  const secret = password === "" ? "" : `;Password=${quoted(password)}`;
  const lock = `;Options="-c lock_timeout=${Math.round(lockSeconds * 1000)}"`;
  return `Host=${quoted(host)};Port=${port};Database=${quoted(database)};Username=${quoted(user)}${secret}${ssl}${lock}`;
}

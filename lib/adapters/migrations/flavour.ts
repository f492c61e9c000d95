import type { Settings } from "#lib/adapters/migrations/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Flavour = {
  title: string;
  /** Where it keeps its revisions, and the columns that tell them. */
  table: string;
  select: string;
  current: (rows: readonly Record<string, unknown>[]) => string[];
  /** What a revision's id is made of. */
  revision: RegExp;
  /** Whether revisions may have several heads at once. */
  branches: boolean;
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** What sets the tools apart in how they keep revisions. */
export const flavours: Record<Settings["flavour"], Flavour> = {
  alembic: {
    title: "Alembic",
    table: "alembic_version",
    select: "version_num",
    current: (rows) => rows.map((row) => text(row["version_num"])).toSorted(),
    // Alembic would read + - and @ as relative.
    revision: /^[A-Za-z0-9_][A-Za-z0-9_.]{0,199}$/,
    branches: true,
  },
  prisma: {
    title: "Prisma Migrate",
    table: "_prisma_migrations",
    select: "migration_name, finished_at, rolled_back_at",
    current: (rows) => {
      const here = rows.filter((row) => row["rolled_back_at"] === null);
      const open = here.find((row) => row["finished_at"] === null);
      if (open !== undefined)
        throw new Fault(
          "permanent",
          "MIGRATION_UNFINISHED",
          `The migration ${text(open["migration_name"])} began and never finished, so nobody knows how much of it is there.`,
          "Look at its statements in the database and finish or undo it by hand, then mark it with prisma migrate resolve.",
        );
      return newest(here.map((row) => text(row["migration_name"])));
    },
    revision: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/,
    branches: false,
  },
  "entity-framework": {
    title: "Entity Framework",
    table: "__EFMigrationsHistory",
    select: '"MigrationId"',
    current: (rows) => newest(rows.map((row) => text(row["MigrationId"]))),
    revision: /^[0-9]{14}_[A-Za-z0-9_]{1,150}$/,
    branches: false,
  },
};

function newest(names: readonly string[]): string[] {
  const last = names.toSorted().at(-1);
  return last === undefined ? [] : [last];
}

/**
 * The revisions that a deployment record names: one, several with commas where branches were never merged, or `base`
 * for the empty schema. Throws Fault `permanent` INVALID_REVISION for what is relative or no revision.
 */
export function recordedRevisions(settings: Settings, head: string): string[] {
  const { revision, branches, title } = flavours[settings.flavour];
  if (head === "base") return [];
  const named = branches ? head.split(",").map((one) => one.trim()) : [head];
  if (named.every((one) => revision.test(one) && !one.includes(".."))) return [...new Set(named)].toSorted();
  throw new Fault(
    "permanent",
    "INVALID_REVISION",
    `The migrationHead in the deployment record is no revision of ${title}.`,
    `Report the deployment with the full id of its revision${branches ? "; of several heads, with commas between" : ""}. Nothing relative is taken.`,
  );
}

export const shown = (revisions: readonly string[]): string =>
  revisions.length === 0 ? "the empty schema (base)" : revisions.join(" and ");

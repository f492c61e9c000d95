import path from "node:path";
import { binaries } from "#e2e/targets/postgres.ts";
import type { PostgresTarget } from "#e2e/targets/postgres.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** How a server's log is archived and its cluster backed up, so that a moment of it can be recovered. */
export type Way = {
  by: "pgbackrest" | "base-backup";
  recovery: (server: PostgresTarget) => JsonObject;
  backUp: (server: PostgresTarget) => Promise<void>;
};

export const ways: Way[] = [
  {
    by: "pgbackrest",
    recovery: ({ recovery, pgbackrestConfig }) => ({
      by: "pgbackrest",
      stanza: "main",
      config: pgbackrestConfig,
      folder: recovery,
      runAs: "postgres",
    }),
    backUp: async ({ asPostgres, pgbackrestConfig, query }) => {
      const pgbackrest = (...words: string[]) =>
        asPostgres("/usr/bin/pgbackrest", `--config=${pgbackrestConfig}`, "--stanza=main", ...words);
      await pgbackrest("stanza-create");
      const command = `pgbackrest --config=${pgbackrestConfig} --stanza=main archive-push %p`;
      await query("postgres", `ALTER SYSTEM SET archive_command = '${command}'`);
      await query("postgres", "SELECT pg_reload_conf()");
      await pgbackrest("--type=full", "backup");
    },
  },
  {
    by: "base-backup",
    recovery: ({ recovery, folder, archive }) => ({
      by: "base-backup",
      backups: path.join(folder, "base"),
      archive,
      folder: recovery,
      runAs: "postgres",
    }),
    backUp: async ({ asPostgres, folder, data, port }) => {
      await asPostgres(
        `${binaries}/pg_basebackup`,
        "-h",
        data,
        "-p",
        String(port),
        "-c",
        "fast",
        "-D",
        path.join(folder, "base", "monday"),
      );
    },
  },
];

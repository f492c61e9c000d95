import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { readHeader, requireSame, shownSource } from "#lib/adapters/postgresql/backup.ts";
import { majorVersion } from "#lib/adapters/postgresql/catalog.ts";
import { dropOwn, fill } from "#lib/adapters/postgresql/fill.ts";
import { clusterEvidence } from "#lib/adapters/postgresql/recovery.ts";
import { shownRows } from "#lib/adapters/postgresql/rows.ts";
import type { Dump, Settings, Verified } from "#lib/adapters/postgresql/schema.ts";
import { tryPlace, withSql, type Context } from "#lib/adapters/postgresql/server.ts";

/** Reads the named backup to its end, and restores it somewhere else to see what is in it. Leaves nothing behind. */
export const verifyExecutor = checkExecutor<Settings, Verified>((ctx, desired) =>
  desired.source.kind === "dump"
    ? tryDump(ctx, desired, desired.source)
    : clusterEvidence(ctx, desired.source),
);

async function tryDump(ctx: Context, { scratch, rollback }: Verified, dump: Dump): Promise<Evidence[]> {
  const place = tryPlace(ctx);
  await requireSame(ctx, dump);
  return withSql(ctx, place, place.maintenanceDatabase, async (sql) => {
    const major = await majorVersion(sql);
    const header = await readHeader(ctx, dump.file, major);
    const drop = () => dropOwn(sql, scratch, rollback);
    try {
      const rows = await fill(ctx, sql, {
        place,
        name: scratch,
        file: dump.file,
        mark: { rollback, role: "scratch" },
        likeOid: null,
        text: "",
        rows: dump.rows,
        major,
      });
      const compared = dump.rows === null ? "It has no manifest to compare with." : "As its manifest says.";
      return [
        evidence(
          "Backup",
          true,
          `${shownSource(dump)} has the checksum ${dump.sha256}, taken at ${dump.takenAt}.`,
        ),
        evidence(
          "Table of contents",
          header.entries > 0,
          `${header.entries} entries, from PostgreSQL ${header.from}.`,
        ),
        evidence("Restored elsewhere", true, `It restores without an error: ${shownRows(rows)}. ${compared}`),
      ];
    } finally {
      await drop().catch((error: unknown) => {
        ctx.log(`${scratch} could not be dropped: ${String(error)} It is dropped when this is tried again.`);
      });
    }
  });
}

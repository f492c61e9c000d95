import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { people } from "#lib/queries/people.ts";

export type PlaybookOverview = {
  id: string;
  version: number;
  title: string;
  builtIn: boolean;
  rows: number;
  triggers: number;
  procedures: number;
  versions: number;
  /** How many services follow it, of those that the reader may know of. */
  usedBy: number;
  changedAt: string;
  /** A name; null where Lastgood brought it, or the command line stored it. */
  changedBy: string | null;
  retiredAt: string | null;
};

type Row = {
  id: string;
  version: number;
  title: string;
  built_in: boolean;
  rows: number;
  triggers: number;
  procedures: number;
  versions: number;
  created_at: Date;
  created_by: string | null;
  retired_at: Date | null;
};

/** So that team 2 stands before team 10. */
const inOrder = new Intl.Collator("en", { numeric: true });

/** The newest version of every playbook in figures, retired ones included, by title: without the documents. */
export async function playbookOverview(actor: Actor): Promise<PlaybookOverview[]> {
  await assertMayRead(actor, "playbook.read");
  const systems = await readableSystems(actor, "service.read");
  const [rows, services] = await Promise.all([
    db().$queryRaw<Row[]>`
      SELECT DISTINCT ON (p.id) p.id, p.version, p.title, p.built_in, p.created_at, p.created_by, r.retired_at,
        jsonb_array_length(p.document->'triggers') AS triggers,
        jsonb_array_length(p.document->'procedures') AS procedures,
        (SELECT sum(jsonb_array_length(m->'rows'))::int FROM jsonb_array_elements(p.document->'matrices') m) AS rows,
        (SELECT count(*)::int FROM playbook v WHERE v.id = p.id) AS versions
      FROM playbook p LEFT JOIN playbook_retirement r ON r.playbook_id = p.id
      ORDER BY p.id, p.version DESC`,
    db().service.groupBy({ by: ["playbookId"], where: inSystems(systems), _count: true }),
  ]);
  const usedBy = new Map(services.map((group) => [group.playbookId, group._count]));
  const person = await people(rows.map((row) => row.created_by));
  return rows
    .map((row) => ({
      id: row.id,
      version: row.version,
      title: row.title,
      builtIn: row.built_in,
      rows: row.rows,
      triggers: row.triggers,
      procedures: row.procedures,
      versions: row.versions,
      usedBy: usedBy.get(row.id) ?? 0,
      changedAt: row.created_at.toISOString(),
      changedBy: row.created_by === null ? null : person(row.created_by).name,
      retiredAt: row.retired_at?.toISOString() ?? null,
    }))
    .toSorted((a, b) => inOrder.compare(a.title, b.title) || (a.id < b.id ? -1 : 1));
}

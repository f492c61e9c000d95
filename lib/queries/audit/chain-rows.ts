import type { ChainRow } from "#lib/domain/audit-chain.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const batch = 1000;

type Stored = {
  position: bigint;
  at: Date;
  type: string;
  actor_id: string;
  subject_kind: string;
  subject_id: string;
  body: string;
  prev: string;
  hash: string;
  places: { stream: string; seq: number }[] | null;
};

/** Every stored entry in order, with its places in streams, beyond `beyond` and up to `until`; read in batches. */
export async function* chainRows(
  tx: Tx,
  until: bigint | null = null,
  beyond: bigint | null = null,
): AsyncGenerator<ChainRow> {
  // Below every position that there could be, so that nothing smuggled in before the first entry is passed over.
  let after = beyond ?? -(2n ** 63n);
  for (;;) {
    const rows = await tx.$queryRaw<Stored[]>`
      SELECT e.position, e.at, e.type, e.actor_id, e.subject_kind, e.subject_id, e.body, e.prev, e.hash, (
        SELECT json_agg(json_build_object('stream', s.stream, 'seq', s.seq))
        FROM event_stream s WHERE s.position = e.position) AS places
      FROM event e
      WHERE e.position > ${after} AND (${until}::bigint IS NULL OR e.position <= ${until}::bigint)
      ORDER BY e.position LIMIT ${batch}`;
    for (const row of rows) yield chainRow(row);
    const last = rows.at(-1);
    if (!last || rows.length < batch) return;
    after = last.position;
  }
}

function chainRow(row: Stored): ChainRow {
  return {
    position: Number(row.position),
    hash: row.hash,
    body: row.body,
    columns: {
      at: row.at.toISOString(),
      type: row.type,
      actorId: row.actor_id,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      prev: row.prev,
    },
    places: row.places ?? [],
  };
}

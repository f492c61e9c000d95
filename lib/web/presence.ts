import type { Actor } from "#lib/domain/actor.ts";
import type { DutySubject } from "#lib/domain/duty.ts";
import { db } from "#lib/platform/db/client.ts";
import { loadIncident } from "#lib/queries/incident/load.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";

/** Who looks at what. */
export type Look = { kind: DutySubject; id: string; userId: string };

/** Notes that these people look at these things right now, for every process to see. */
export async function notePresence(looks: readonly Look[], now = new Date()): Promise<void> {
  // Each once, and in one order: several processes write the same rows.
  const rows = [...new Map(looks.map((look) => [`${look.kind} ${look.id} ${look.userId}`, look]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, look]) => look);
  if (rows.length === 0) return;
  await db().$executeRaw`
    INSERT INTO presence (subject_kind, subject_id, user_id, seen_at)
    SELECT kind, id, person, ${now} FROM unnest(${rows.map((row) => row.kind)}::text[],
      ${rows.map((row) => row.id)}::text[], ${rows.map((row) => row.userId)}::text[]) AS look(kind, id, person)
    ON CONFLICT (subject_kind, subject_id, user_id) DO UPDATE SET seen_at = greatest(presence.seen_at, excluded.seen_at)`;
}

const notedMs = 10_000;
const noted = new Map<string, number>();
const mostNoted = 5000;

/** The same for a page whose connection is blocked, and which asks again and again instead. A script looks at nothing. */
export async function noteAsking(actor: Actor, kind: DutySubject, idOrNumber: string): Promise<void> {
  if (actor.kind !== "user" || actor.via.kind !== "session") return;
  const key = `${kind} ${idOrNumber} ${actor.id}`;
  const now = Date.now();
  if (now - (noted.get(key) ?? 0) < notedMs) return;
  if (noted.size >= mostNoted) noted.clear();
  noted.set(key, now);
  const load = kind === "rollback" ? loadRollback : loadIncident;
  const { subject } = await load(db(), idOrNumber);
  await notePresence([{ kind, id: subject.id, userId: actor.id }]);
}

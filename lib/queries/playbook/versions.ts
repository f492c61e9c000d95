import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { PersonRef } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { decodeCursor, integerCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { people } from "#lib/queries/people.ts";

export type PlaybookVersionView = {
  version: number;
  title: string;
  builtIn: boolean;
  addedAt: string;
  /** Null where Lastgood brought it, or the command line stored it. */
  addedBy: PersonRef | null;
  note: string | null;
};

/** The versions of a playbook, newest first: who added each, when, and what they noted. Throws NOT_FOUND. */
export async function playbookVersions(
  actor: Actor,
  id: string,
  page: Page,
): Promise<Paged<PlaybookVersionView>> {
  await assertMayRead(actor, "playbook.read");
  const before = decodeCursor(page.cursor, integerCursor);
  const rows = await db().playbook.findMany({
    where: { id, ...(before === undefined ? {} : { version: { lt: before } }) },
    select: { version: true, title: true, builtIn: true, createdAt: true, createdBy: true },
    orderBy: { version: "desc" },
    take: take(page),
  });
  if (rows.length === 0 && before === undefined) {
    throw new Refusal("NOT_FOUND", "There is no playbook with this id.");
  }
  const [person, notes] = await Promise.all([people(rows.map((row) => row.createdBy)), notesOf(id, rows)]);
  return paged(
    rows,
    page,
    (row) => String(row.version),
    (row) => ({
      version: row.version,
      title: row.title,
      builtIn: row.builtIn,
      addedAt: row.createdAt.toISOString(),
      addedBy: row.createdBy === null ? null : person(row.createdBy),
      note: notes.get(row.version) ?? null,
    }),
  );
}

/** What was noted with each version: it stands in the event alone. */
async function notesOf(id: string, rows: readonly { createdAt: Date }[]): Promise<Map<number, string>> {
  const [newest, oldest] = [rows.at(0), rows.at(-1)];
  if (!newest || !oldest) return new Map();
  const events = await db().event.findMany({
    where: {
      subjectKind: "playbook",
      subjectId: id,
      type: "playbook.added",
      at: { gte: oldest.createdAt, lte: newest.createdAt },
    },
    select: { body: true },
  });
  return new Map(events.flatMap(({ body }) => noteIn(body)));
}

function noteIn(body: string): [number, string][] {
  try {
    const { data } = JSON.parse(body) as { data?: { version?: unknown; note?: unknown } };
    return typeof data?.version === "number" && typeof data.note === "string"
      ? [[data.version, data.note]]
      : [];
  } catch {
    // Somebody changed the record. Verification says so; the versions are there all the same.
    return [];
  }
}

import type { Actor, ActorRef } from "#lib/domain/actor.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { subjectKinds, type ChainEntry } from "#lib/domain/event.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Prisma } from "#prisma/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { decodeCursor, integerCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";

export type AuditFilter = Page & {
  /** A position: the entries that follow it, oldest first. Without it the newest come first. */
  after?: number | undefined;
  /** An id or an e-mail address. */
  actor?: string | undefined;
  /** An id, a short number such as RB-34, a kind such as `rollback`, or both as `rollback:rb_…`. */
  subject?: string | undefined;
  type?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

export type AuditEntry = {
  position: number;
  at: string;
  type: string;
  actor: ActorRef;
  subject: { kind: string; id: string };
  data: JsonObject;
  hash: string;
};

/** Entries of the record that fit every filter given. */
export async function searchAudit(actor: Actor, filter: AuditFilter = {}): Promise<Paged<AuditEntry>> {
  await assertMayRead(actor, "audit.read");
  const isForward = filter.after !== undefined;
  const place = decodeCursor(filter.cursor, integerCursor) ?? filter.after;
  const rows = await db().event.findMany({
    where: {
      ...(filter.actor ? { actorId: await actorId(filter.actor) } : {}),
      ...(filter.subject ? await subjectIs(filter.subject) : {}),
      ...(filter.type ? { type: filter.type } : {}),
      at: { ...(filter.from ? { gte: filter.from } : {}), ...(filter.to ? { lte: filter.to } : {}) },
      ...(place === undefined ? {} : { position: isForward ? { gt: place } : { lt: place } }),
    },
    orderBy: { position: isForward ? "asc" : "desc" },
    take: take(filter),
  });
  return paged(rows, filter, (row) => String(row.position), entryView);
}

async function actorId(text: string): Promise<string> {
  if (!text.includes("@")) return text;
  const user = await db().user.findUnique({
    where: { email: text.trim().toLowerCase() },
    select: { id: true },
  });
  return user?.id ?? text;
}

async function subjectIs(text: string): Promise<Prisma.EventWhereInput> {
  const kind = subjectKinds.find((each) => text === each || text.startsWith(`${each}:`));
  if (kind !== undefined) {
    const id = text.slice(kind.length + 1);
    return id === "" ? { subjectKind: kind } : { subjectKind: kind, subjectId: id };
  }
  const short = /^(RB|INC)-(\d{1,9})$/i.exec(text);
  if (!short) return { subjectId: text };
  const where = { number: Number(short[2]) };
  const found =
    short[1]?.toUpperCase() === "RB"
      ? await db().rollback.findUnique({ where, select: { id: true } })
      : await db().incident.findUnique({ where, select: { id: true } });
  return { subjectId: found?.id ?? text };
}

type Row = {
  position: bigint;
  at: Date;
  type: string;
  actorId: string;
  subjectKind: string;
  subjectId: string;
  body: string;
  hash: string;
};

function entryView(row: Row): AuditEntry {
  const entry = readBody(row.body);
  return {
    position: Number(row.position),
    at: row.at.toISOString(),
    type: row.type,
    actor: entry?.actor ?? { kind: "system", id: row.actorId, name: row.actorId },
    subject: { kind: row.subjectKind, id: row.subjectId },
    data: entry?.data ?? {},
    hash: row.hash,
  };
}

function readBody(text: string): Pick<ChainEntry, "actor" | "data"> | null {
  try {
    return JSON.parse(text) as ChainEntry;
  } catch {
    // Somebody changed the text. Verification says so; searching must still show where.
    return null;
  }
}

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyChain, type ChainPoint, type ChainProblem, type ChainRow } from "#lib/domain/audit-chain.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { genesis, type ChainEntry } from "#lib/domain/event.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function rowOf(entry: ChainEntry): ChainRow {
  const body = canonical(entry);
  const { at, type, actor, subject, prev } = entry;
  return {
    position: entry.position,
    hash: sha256(body),
    body,
    columns: { at, type, actorId: actor.id, subjectKind: subject.kind, subjectId: subject.id, prev },
    places: Object.entries(entry.streams).map(([stream, seq]) => ({ stream, seq })),
  };
}

function entryAt(position: number, prev: string, text = `note ${position}`): ChainEntry {
  return {
    position,
    at: "2026-11-21T03:00:00.000Z",
    type: "incident.noted",
    actor: { kind: "user", id: "usr_1", name: "Ada" },
    subject: { kind: "incident", id: "inc_1" },
    streams: { "incident:inc_1": position },
    data: { text },
    prev,
  };
}

function chain(length: number, from = 1, start = genesis, text?: string): ChainRow[] {
  const rows: ChainRow[] = [];
  let prev = start;
  for (let position = from; position < from + length; position++) {
    const row = rowOf(entryAt(position, prev, text));
    rows.push(row);
    prev = row.hash;
  }
  return rows;
}

const pointOf = ({ position, hash }: ChainRow): ChainPoint => ({ position, hash });
const endOf = (rows: ChainRow[]): ChainPoint =>
  pointOf(rows.at(-1) ?? { position: 0, hash: genesis, body: "" });
function at(rows: ChainRow[], index: number): ChainRow {
  const row = rows[index];
  if (!row) throw new Error(`There is no row ${index}.`);
  return row;
}

function verify(
  rows: ChainRow[],
  known: { head?: ChainPoint; checkpoints?: ChainPoint[]; places?: number } = {},
) {
  const verifier = verifyChain(sha256, known.checkpoints);
  let found: ChainProblem | null = null;
  for (const row of rows) if ((found = verifier.add(row))) return found;
  const { head, places } = known;
  return verifier.end({ ...(head ? { head } : {}), ...(places === undefined ? {} : { places }) });
}

describe("verification of a chain", () => {
  it("finds nothing in an untouched one, also when it is empty", () => {
    const rows = chain(50);
    expect(
      verify(rows, { head: endOf(rows), checkpoints: [pointOf(at(rows, 9)), endOf(rows)], places: 50 }),
    ).toBeNull();
    expect(verify([], { head: { position: 0, hash: genesis } })).toBeNull();
  });

  it("finds one changed byte, wherever it is", () => {
    const rows = chain(3);
    const { body } = at(rows, 1);
    for (let i = 0; i < body.length; i++) {
      const changed = body.slice(0, i) + String.fromCharCode(body.charCodeAt(i) ^ 1) + body.slice(i + 1);
      expect(verify([at(rows, 0), { ...at(rows, 1), body: changed }, at(rows, 2)])).toMatchObject({
        position: 2,
        kind: "changed",
      });
    }
  });

  it("finds an edited entry whose hash was made to fit", () => {
    const rows = chain(5);
    const edited = rowOf(entryAt(2, at(rows, 0).hash, "nothing happened"));
    expect(verify([at(rows, 0), edited, ...rows.slice(2)])).toMatchObject({ position: 3, kind: "relinked" });
  });

  it("finds a removed row, a run of them, and a missing first one", () => {
    const rows = chain(9);
    expect(verify(rows.toSpliced(4, 1))).toMatchObject({ position: 5, kind: "missing" });
    expect(verify(rows.toSpliced(2, 3))).toMatchObject({
      position: 3,
      message: "Entries 3 to 5 are missing.",
    });
    expect(verify(rows.slice(1))).toMatchObject({ position: 1, kind: "missing" });
  });

  it("finds a removed entry after which all others were moved up", () => {
    const rows = chain(6);
    const moved = rows.toSpliced(2, 1).map((row, i) => ({ ...row, position: i + 1 }));
    expect(verify(moved)).toMatchObject({ position: 3, kind: "order" });
  });

  it("finds two swapped rows, in their order and in their numbers", () => {
    const rows = chain(6);
    const swapped = [...rows.slice(0, 2), at(rows, 3), at(rows, 2), ...rows.slice(4)];
    expect(verify(swapped)).toMatchObject({ position: 3 });
    expect(verify(swapped.map((row, i) => ({ ...row, position: i + 1 })))).toMatchObject({
      position: 3,
      kind: "order",
    });
  });

  it("finds an inserted entry", () => {
    const rows = chain(4);
    const inserted = rowOf(entryAt(5, at(rows, 2).hash));
    expect(verify([...rows, inserted])).toMatchObject({ position: 5, kind: "relinked" });
    expect(verify([...rows, at(rows, 1)])).toMatchObject({ position: 2, kind: "order" });
  });

  it("finds a cut tail by the head or by a checkpoint, also when the head was cut along", () => {
    const rows = chain(10);
    const cut = rows.slice(0, 7);
    expect(verify(cut, { head: endOf(rows) })).toMatchObject({ position: 8, kind: "cut" });
    expect(verify(cut, { head: endOf(cut), checkpoints: [endOf(rows)] })).toMatchObject({
      position: 8,
      kind: "cut",
    });
    expect(verify([], { head: endOf([]), checkpoints: [endOf(rows)] })).toMatchObject({
      position: 1,
      kind: "cut",
    });
  });

  it("finds a tail that was written anew, flawlessly", () => {
    const rows = chain(10);
    const anew = [...rows.slice(0, 5), ...chain(5, 6, at(rows, 4).hash, "it was somebody else")];
    expect(verify(anew, { head: endOf(anew) })).toBeNull();
    expect(verify(anew, { head: endOf(anew), checkpoints: [pointOf(at(rows, 7))] })).toMatchObject({
      position: 8,
      kind: "checkpoint",
    });
  });

  it("finds a head that points elsewhere", () => {
    const rows = chain(3);
    expect(verify(rows, { head: { position: 3, hash: sha256("other") } })).toMatchObject({ kind: "head" });
    expect(verify(rows, { head: pointOf(at(rows, 1)) })).toMatchObject({ kind: "head" });
  });

  it.each(["at", "type", "actorId", "subjectKind", "subjectId", "prev"] as const)(
    "finds a changed column: %s",
    (name) => {
      const rows = chain(3);
      const row = at(rows, 1);
      if (!row.columns) throw new Error("Rows here have columns.");
      const changed = { ...row, columns: { ...row.columns, [name]: "other" } };
      expect(verify([at(rows, 0), changed, at(rows, 2)])).toMatchObject({ position: 2, kind: "columns" });
    },
  );

  it("finds places in streams that were changed, removed, added or left without an entry", () => {
    const rows = chain(3);
    const stream = "incident:inc_1";
    for (const places of [
      [],
      [{ stream, seq: 9 }],
      [{ stream: "incident:inc_2", seq: 2 }],
      [
        { stream, seq: 2 },
        { stream: "user:u", seq: 1 },
      ],
    ]) {
      expect(verify([at(rows, 0), { ...at(rows, 1), places }, at(rows, 2)])).toMatchObject({
        position: 2,
        kind: "streams",
      });
    }
    expect(verify(rows, { places: 4 })).toMatchObject({ kind: "streams" });
  });

  it("finds a stream with a gap, and what is no entry at all", () => {
    const first = rowOf(entryAt(1, genesis));
    const gap = rowOf({ ...entryAt(2, first.hash), streams: { "incident:inc_1": 3 } });
    expect(verify([first, gap])).toMatchObject({ position: 2, kind: "streams" });
    for (const body of ["", "{", "null", "[]", "{}", '"x"']) {
      expect(verify([{ position: 1, body, hash: sha256(body) }])).toMatchObject({
        position: 1,
        kind: "unreadable",
      });
    }
  });
});

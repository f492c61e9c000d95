import { expect, it } from "vitest";
import { zonedTime } from "#lib/adapters/postgresql/backup.ts";
import { commentOn, readComment } from "#lib/adapters/postgresql/mark.ts";
import { derivedName } from "#lib/adapters/postgresql/names.ts";

const rollback = "rb_01ARZ3NDEKTSV4RRFFQ69G5FAV";

it("derives names that PostgreSQL does not cut, each its own", () => {
  expect(derivedName("shop", "before", rollback)).toBe("shop_before_rb_01arz3ndektsv4rrffq69g5fav");
  const long = "a".repeat(60);
  const names = [
    derivedName(`${long}xyz`, "restored", rollback),
    derivedName(`${long}abc`, "restored", rollback),
    derivedName(`${long}xyz`, "before", rollback),
  ];
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
  expect(derivedName("shop", "verify", 'x"; DROP DATABASE shop; --')).toMatch(/^[a-z0-9_]+$/);
});

it("reads the local time of a dump in its zone, and of two possible times the earlier", () => {
  expect(zonedTime("2026-01-02 03:04:05", "UTC")).toBe("2026-01-02T03:04:05.000Z");
  expect(zonedTime("2026-07-02 03:04:05", "Europe/Berlin")).toBe("2026-07-02T01:04:05.000Z");
  expect(zonedTime("2026-01-01 00:30:00", "America/New_York")).toBe("2026-01-01T05:30:00.000Z");
  // The hour that comes twice, and the one that does not come.
  expect(zonedTime("2026-10-25 02:30:00", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  expect(zonedTime("2026-03-29 02:30:00", "Europe/Berlin")).toBe("2026-03-29T00:30:00.000Z");
});

it("keeps what people wrote about a database beside the mark of a rollback", () => {
  const mark = { rollback, role: "restored", state: "complete", at: "2026-01-02T03:04:05Z" } as const;
  const written = (text: string): string => commentOn("shop", text, mark).replace(/^.* IS '([^]*)'$/, "$1");
  expect(readComment(written("The shop\nof ours"))).toEqual({ text: "The shop\nof ours", mark });
  expect(readComment(written(""))).toEqual({ text: "", mark });
  expect(readComment("lastgood was here")).toEqual({ text: "lastgood was here", mark: null });
  expect(readComment(null)).toEqual({ text: "", mark: null });
  expect(commentOn("shop", "", null)).toBe('COMMENT ON DATABASE "shop" IS NULL');
});

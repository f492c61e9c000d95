import { Refusal } from "#lib/domain/errors.ts";

export type Page = { limit?: number | undefined; cursor?: string | undefined };
export type Paged<T> = { items: T[]; next: string | null };

const most = 200;

/** How many rows to read: one more than asked, which tells whether there is a next page. */
export function take(page: Page): number {
  return Math.min(Math.max(page.limit ?? 50, 1), most) + 1;
}

/** Cuts the extra row off and makes the cursor from the last one shown. */
export function paged<Row, T>(
  rows: readonly Row[],
  page: Page,
  cursorOf: (row: Row) => string,
  view: (row: Row) => T,
): Paged<T> {
  const limit = take(page) - 1;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null;
  return { items: shown.map(view), next };
}

function encodeCursor(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** Reads a cursor that `paged` made. Throws INVALID for anything else. */
export function decodeCursor<T>(cursor: string | undefined, read: (text: string) => T | null): T | undefined {
  if (cursor === undefined) return undefined;
  const value = read(Buffer.from(cursor, "base64url").toString());
  if (value !== null) return value;
  throw new Refusal("INVALID", "cursor: This cursor was not made by this list.", {
    errors: [{ path: "cursor", message: "This cursor was not made by this list." }],
  });
}

export function integerCursor(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

import { Refusal } from "#lib/domain/errors.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";

const retriable = new Set(["P2034", "40001", "40P01"]);
const unreachable = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "ECONNREFUSED",
  "ECONNRESET",
  "57P01",
  "57P03",
  "08006",
  "08003",
  "08001",
]);

/**
 * Runs `work` in one transaction (read committed), again when PostgreSQL asks for it (deadlock, serialisation).
 * Throws Refusal AUDIT_UNAVAILABLE when the database cannot be reached: whatever was to be done was not done.
 */
export async function transact<R>(work: (tx: Tx) => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db().$transaction(work, { maxWait: 10_000, timeout: 20_000 });
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const codes = errorCodes(error);
      if (attempt < 4 && codes.some((code) => retriable.has(code))) continue;
      if (isUnreachable(error)) {
        throw new Refusal(
          "AUDIT_UNAVAILABLE",
          "The database cannot be reached, so nothing was done. Try again shortly.",
        );
      }
      throw error;
    }
  }
}

/** Whether an error says that the database cannot be reached (or is stopping). */
export function isUnreachable(error: unknown): boolean {
  return errorCodes(error).some((code) => unreachable.has(code));
}

/** The codes in an error and its causes, Prisma's and PostgreSQL's alike. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 6 && typeof current === "object" && current !== null; depth++) {
    for (const key of ["code", "originalCode"] as const) {
      const code = (current as Record<string, unknown>)[key];
      if (typeof code === "string") codes.push(code);
    }
    const meta = (current as { meta?: unknown }).meta;
    if (typeof meta === "object" && meta !== null && "driverAdapterError" in meta) {
      codes.push(...errorCodes(meta.driverAdapterError));
    }
    current = (current as { cause?: unknown }).cause;
  }
  return codes;
}

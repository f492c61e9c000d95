import type pg from "pg";

/** The number under which Prisma's own tools lock, so that they and we exclude each other. */
const lockNumber = 72_707_369;

/**
 * Runs `work` while no other process migrates the same database. Waiting must not hold a snapshot, or the engine's
 * CREATE INDEX CONCURRENTLY and the one who waits would wait for each other: hence asking again and again.
 */
export async function withMigrationLock<R>(client: pg.ClientBase, work: () => Promise<R>): Promise<R> {
  const end = Date.now() + 60_000;
  while (!(await tryLock(client))) {
    if (Date.now() > end)
      throw new Error("Another process has been migrating the database for over a minute.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [lockNumber]);
  }
}

async function tryLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1) AS locked", [
    lockNumber,
  ]);
  return rows[0]?.locked === true;
}

import type { Tx } from "#lib/platform/db/client.ts";

/**
 * Until this transaction ends nobody else changes what versions a playbook has and whether it is offered (`alone`), or
 * it stays offered while others take it as well (`shared`).
 */
export async function lockPlaybook(tx: Tx, id: string, how: "alone" | "shared"): Promise<void> {
  const key = `playbook:${id}`;
  if (how === "alone") await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${key}))`;
  else await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtext(${key}))`;
}

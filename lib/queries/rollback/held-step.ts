import type { Tx } from "#lib/platform/db/client.ts";

/** The key of the step before which execution waits until a person says go; null where it does not wait. */
export async function heldStep(tx: Tx, rollbackId: string): Promise<string | null> {
  const row = await tx.step.findFirst({
    where: { rollbackId, heldAt: { not: null }, releasedAt: null },
    orderBy: { position: "asc" },
    select: { key: true },
  });
  return row?.key ?? null;
}

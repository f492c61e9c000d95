import { z } from "zod";
import { Component } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export type Companion = {
  service: string;
  from: string | null;
  to: string;
  scope: Component[];
  /** Whether execution waits before its lane. */
  hold: boolean;
};

/** The services that a rollback moves besides its own, in the order of the request. */
export async function companionsOf(tx: Tx, rollbackId: string): Promise<Companion[]> {
  const rows = await tx.rollbackMember.findMany({
    where: { rollbackId, position: { gt: 0 } },
    orderBy: { position: "asc" },
  });
  return rows.map((row) => ({
    service: row.serviceId,
    from: row.fromVersion,
    to: row.toVersion,
    scope: z.array(Component).parse(row.scope),
    hold: row.hold,
  }));
}

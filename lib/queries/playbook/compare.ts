import { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { difference, stored, type PlaybookDifference } from "#lib/queries/playbook/diff.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";
import { notAPlaybook } from "#lib/queries/playbook/validate.ts";

export const ComparePlaybook = z.strictObject({
  yaml: z.string().min(1).max(250_000),
  /** What to compare with; absent: the newest version of the same id, if there is one. */
  with: z.strictObject({ id: z.string().max(64), version: z.int().min(1).max(1_000_000) }).optional(),
});
export type ComparePlaybook = z.infer<typeof ComparePlaybook>;

export type PlaybookComparison = {
  id: string;
  version: number;
  playbook: Playbook;
  /** The newest version stored under this id; null where there is none yet. */
  newest: number | null;
  /** Set where the id is retired: storing this version offers it again. */
  retiredAt: string | null;
  /** Ids of the services that decide by it as soon as it is stored, of those that the reader may know of. */
  services: string[];
  with: { id: string; version: number } | null;
  /** Null where there is nothing to compare with. */
  difference: PlaybookDifference | null;
};

/** What would change if this text were stored as a version; stores nothing. Throws INVALID with each fault, NOT_FOUND. */
export async function comparePlaybook(actor: Actor, input: ComparePlaybook): Promise<PlaybookComparison> {
  await assertMayRead(actor, "playbook.read");
  const parsed = parsePlaybook(input.yaml);
  if (!parsed.ok) throw notAPlaybook(parsed.faults);
  const { playbook } = parsed;
  const { id, version } = playbook;
  const [newest, retirement, services] = await Promise.all([
    db().playbook.findFirst({ where: { id }, orderBy: { version: "desc" }, select: { version: true } }),
    db().playbookRetirement.findUnique({ where: { playbookId: id } }),
    servicesOf(actor, id),
  ]);
  const other = input.with ?? (newest && { id, version: newest.version });
  const before = other && (await stored(actor, other.id, other.version));
  const after = { name: `${id}, version ${version}`, playbook, source: input.yaml };
  return {
    id,
    version,
    playbook,
    newest: newest?.version ?? null,
    retiredAt: retirement?.retiredAt.toISOString() ?? null,
    services,
    with: other,
    difference: before && difference(before, after),
  };
}

async function servicesOf(actor: Actor, id: string): Promise<string[]> {
  const rows = await db().service.findMany({
    where: { playbookId: id, ...inSystems(await readableSystems(actor, "service.read")) },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => row.id);
}

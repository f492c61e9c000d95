import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { secretUses, type SecretUse } from "#lib/queries/secret/uses.ts";

export type SecretView = {
  name: string;
  /** Null: a target names it, and nobody has set it. */
  setAt: string | null;
  setBy: { id: string; name: string } | null;
  usedBy: SecretUse[];
};

/** The names of stored secrets, and of those that targets name; never a value. */
export async function listSecrets(actor: Actor): Promise<SecretView[]> {
  await assertMayRead(actor, "secret.read");
  const rows = await db().storedSecret.findMany({ select: { name: true, setAt: true, setBy: true } });
  const uses = await secretUses(db());
  const people = await db().user.findMany({
    where: { id: { in: rows.map(({ setBy }) => setBy) } },
    select: { id: true, name: true },
  });
  const nameOf = new Map(people.map(({ id, name }) => [id, name]));
  const stored = new Map(rows.map((row) => [row.name, row]));
  const names = [...new Set([...stored.keys(), ...uses.keys()])].toSorted();
  return names.map((name) => {
    const row = stored.get(name);
    return {
      name,
      setAt: row?.setAt.toISOString() ?? null,
      setBy: row ? { id: row.setBy, name: nameOf.get(row.setBy) ?? row.setBy } : null,
      usedBy: uses.get(name) ?? [],
    };
  });
}

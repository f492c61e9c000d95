import { addPlaybook } from "#lib/commands/playbook/add.ts";
import type { SystemActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";

const setup: SystemActor = { kind: "system", id: "setup" };

/**
 * Stores the playbooks that come with Lastgood, where their text is not stored yet. Any number of processes may do this
 * at once, any number of times. Returns what this one added. Throws for a built-in document that is not valid.
 */
export async function ensureBuiltInPlaybooks(): Promise<{ id: string; version: number }[]> {
  const added: { id: string; version: number }[] = [];
  for (const { id, source } of await builtInPlaybooks()) {
    const known = await db().playbook.findFirst({ where: { id, source }, select: { id: true } });
    const stored = known ? null : await addUnlessStored(source);
    if (stored) added.push({ id: stored.id, version: stored.version });
  }
  return added;
}

/** Null when another process was first, or the team keeps a newer version of its own. */
async function addUnlessStored(yaml: string): Promise<{ id: string; version: number } | null> {
  try {
    return await addPlaybook(setup, { yaml });
  } catch (error) {
    if (error instanceof Refusal && error.code === "DUPLICATE") return null;
    throw error;
  }
}

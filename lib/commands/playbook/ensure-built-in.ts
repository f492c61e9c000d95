import { addPlaybook } from "#lib/commands/playbook/add.ts";
import type { SystemActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";

const setup: SystemActor = { kind: "system", id: "setup" };

/** Stores the playbooks that come with Lastgood, where their text is not stored yet. Safe to run in several processes at once. */
export async function ensureBuiltInPlaybooks(): Promise<void> {
  for (const { id, source } of await builtInPlaybooks()) {
    const known = await db().playbook.findFirst({ where: { id, source }, select: { id: true } });
    if (known) continue;
    try {
      await addPlaybook(setup, { yaml: source, builtIn: true });
    } catch (error) {
      // Another process was first, or the team keeps a newer version of its own.
      if (error instanceof Refusal && error.code === "DUPLICATE") continue;
      throw error;
    }
  }
}

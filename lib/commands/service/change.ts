import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { mustBeOffered } from "#lib/commands/playbook/must-be-offered.ts";
import { checkTargets } from "#lib/commands/service/check-targets.ts";
import {
  environmentForRecord,
  writeDependencies,
  writeEnvironments,
} from "#lib/commands/service/write-environments.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { ServiceId, UpdateService } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { heldRole, readAuthority } from "#lib/queries/authority/held-role.ts";
import { loadService } from "#lib/queries/service/load-place.ts";

export const changeService = command({
  name: "service.change",
  input: z.strictObject({ id: ServiceId, changes: UpdateService }),
  async load(tx, input) {
    const service = await loadService(tx, input.id);
    return { place: { system: service.system, protected: false }, loaded: service };
  },
  async run({ tx, actor, input, loaded, now }) {
    const { name, system, owner, playbook, environments, dependsOn } = input.changes;
    if (playbook) await mustBeOffered(tx, playbook);
    const followed = playbook ? await followedUntilNow(tx, input.id) : null;
    if (system && system !== loaded.system) {
      const words = `Moving a service into ${system} needs the role admin there.`;
      await requireAdmin(tx, actor, system, now, words);
    }
    await tx.service.update({
      where: { id: input.id },
      data: {
        ...(name ? { name } : {}),
        ...(system ? { system } : {}),
        ...(owner ? { owner } : {}),
        ...(playbook ? { playbookId: playbook } : {}),
        updatedAt: now,
      },
    });
    if (environments) {
      // What targets say is run and called by the worker, which serves every system.
      await requireAdmin(tx, actor, null, now, "Changing environments needs the role admin everywhere.");
      checkTargets(environments);
      await writeEnvironments(tx, input.id, environments);
    }
    if (dependsOn) await writeDependencies(tx, input.id, dependsOn);
    return {
      result: { id: input.id },
      events: [
        {
          type: "service.changed",
          subject: { kind: "service", id: input.id },
          data: {
            changed: Object.keys(input.changes),
            environments: environments?.map(environmentForRecord) ?? [],
            ...(playbook && playbook !== followed ? { playbook: { from: followed, to: playbook } } : {}),
          },
        },
      ],
    };
  },
});

/** Held until the change is done, so that two changes at once tell of each other in their order. */
async function followedUntilNow(tx: Tx, id: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ playbook_id: string }[]>`
    SELECT playbook_id FROM service WHERE id = ${id} FOR NO KEY UPDATE`;
  return rows[0]?.playbook_id ?? null;
}

/** `system` null: everywhere. Throws FORBIDDEN. */
async function requireAdmin(
  tx: Tx,
  actor: Actor,
  system: string | null,
  now: Date,
  words: string,
): Promise<void> {
  if (actor.kind === "system") return;
  if (heldRole(await readAuthority(tx, actor, now), system, now) === "admin") return;
  throw new Refusal("FORBIDDEN", `${words} Nothing was changed.`);
}

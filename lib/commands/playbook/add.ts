import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { lockPlaybook } from "#lib/commands/playbook/lock-playbook.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";
import { notAPlaybook } from "#lib/queries/playbook/validate.ts";

/**
 * Stores a playbook as the next version of its id, with a note of what changed. Versions are never changed, so that
 * what runs keeps its own; a team may put a version of its own above a built-in one. A retired playbook is offered again
 * when a person adds a version to it, not when Lastgood brings one. Throws INVALID with every fault, DUPLICATE for a
 * version that is not above those stored.
 */
export const addPlaybook = command({
  name: "playbook.add",
  input: z.strictObject({
    yaml: z.string().max(1_048_576),
    note: z.string().trim().max(500).optional(),
  }),
  load: nowhere,
  async run({ tx, actor, input, now }) {
    const parsed = parsePlaybook(input.yaml);
    if (!parsed.ok) throw notAPlaybook(parsed.faults);
    const { id, version, title } = parsed.playbook;
    // Two at once: the second waits here and then sees the first one's row.
    await lockPlaybook(tx, id, "alone");
    const newest = await tx.playbook.findFirst({ where: { id }, orderBy: { version: "desc" } });
    if (newest && newest.version >= version) {
      throw new Refusal(
        "DUPLICATE",
        `Version ${newest.version} of "${id}" is stored already. Give this one a higher number.`,
        {
          errors: [{ path: "version", message: `The number must be above ${newest.version}.` }],
          extra: { id, version, same: newest.source === input.yaml },
        },
      );
    }
    const builtIn = actor.kind === "system" && actor.id === "setup";
    await tx.playbook.create({
      data: {
        id,
        version,
        title,
        source: input.yaml,
        document: parsed.playbook,
        builtIn,
        createdBy: actor.kind === "user" ? actor.id : null,
        createdAt: now,
      },
    });
    const { count } = builtIn
      ? { count: 0 }
      : await tx.playbookRetirement.deleteMany({ where: { playbookId: id } });
    const data = {
      version,
      title,
      builtIn,
      sha256: sha256(input.yaml),
      note: input.note || null,
      ...(count > 0 ? { offeredAgain: true } : {}),
    };
    return {
      result: { id, version, title },
      events: [{ type: "playbook.added", subject: { kind: "playbook", id }, data }],
    };
  },
});

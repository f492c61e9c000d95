import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";
import { notAPlaybook } from "#lib/queries/playbook/validate.ts";

/**
 * Stores a playbook as the next version of its id. Versions are never changed, so that what runs keeps its own; a team
 * may put a version of its own above a built-in one. Throws INVALID with every fault, DUPLICATE for a version that is
 * not above those stored.
 */
export const addPlaybook = command({
  name: "playbook.add",
  input: z.strictObject({ yaml: z.string().max(1_048_576) }),
  load: nowhere,
  async run({ tx, actor, input, now }) {
    const parsed = parsePlaybook(input.yaml);
    if (!parsed.ok) throw notAPlaybook(parsed.faults);
    const { id, version, title } = parsed.playbook;
    // Two at once: the second waits here and then sees the first one's row.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`playbook:${id}`}))`;
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
    const data = { version, title, builtIn, sha256: sha256(input.yaml) };
    return {
      result: { id, version, title },
      events: [{ type: "playbook.added", subject: { kind: "playbook", id }, data }],
    };
  },
});

import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const mostBytes = 1024 * 1024;

/**
 * Stores a playbook as the next version of its id. Versions are never changed, so that what runs keeps its own.
 * Throws INVALID with every fault, DUPLICATE when this version was
 * already stored with another text.
 */
export const addPlaybook = command({
  name: "playbook.add",
  input: z.strictObject({ yaml: z.string().max(mostBytes), builtIn: z.boolean().default(false) }),
  load: nowhere,
  async run({ tx, actor, input, now }) {
    if (input.builtIn && actor.kind !== "system") {
      throw new Refusal("FORBIDDEN", "Only Lastgood's own setup adds built-in playbooks.");
    }
    const parsed = parsePlaybook(input.yaml);
    if (!parsed.ok) {
      const first = parsed.faults[0];
      throw new Refusal("INVALID", `yaml: ${first?.message ?? "This is not a playbook."}`, {
        errors: parsed.faults.map(({ path, message, line }) => ({
          path,
          message: line === undefined ? message : `${message} (line ${line})`,
        })),
      });
    }
    const { id, version, title } = parsed.playbook;
    // Two setups at once: the second waits here and then sees the first one's row.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`playbook:${id}`}))`;
    const stored = await tx.playbook.findUnique({ where: { id_version: { id, version } } });
    if (stored) {
      throw new Refusal(
        "DUPLICATE",
        `Version ${version} of ${id} is already stored. Give the changed one a higher version.`,
        {
          extra: { id, version, same: stored.source === input.yaml },
        },
      );
    }
    const newest = await tx.playbook.findFirst({ where: { id }, orderBy: { version: "desc" } });
    if (newest && newest.version > version) {
      throw new Refusal("DUPLICATE", `Version ${newest.version} of ${id} is newer than this one.`);
    }
    await tx.playbook.create({
      data: {
        id,
        version,
        title,
        source: input.yaml,
        document: parsed.playbook,
        builtIn: input.builtIn,
        createdBy: actor.kind === "user" ? actor.id : null,
        createdAt: now,
      },
    });
    return {
      result: { id, version, title },
      events: [
        {
          type: "playbook.added",
          subject: { kind: "playbook", id },
          data: { version, title, sha256: sha256(input.yaml), builtIn: input.builtIn },
        },
      ],
    };
  },
});

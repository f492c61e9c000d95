import { randomBytes } from "node:crypto";
import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import type { Idempotency } from "#lib/commands/idempotency.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { covers, Role, type Grant } from "#lib/domain/role.ts";
import { CreateToken } from "#lib/domain/token.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { newId } from "#lib/platform/id.ts";
import { bestRole } from "#lib/queries/authority/held-role.ts";
import { tokenView } from "#lib/queries/token/token-view.ts";

/**
 * Makes an API token of one's own (from the command line: of anyone's) and gives its secret, this once: a repeated
 * request gets `token: null`. A token made with a token is never wider nor longer-lived than that one.
 * Throws FORBIDDEN, INVALID, NOT_FOUND, WRONG_STATE.
 */
export async function createToken(actor: Actor, raw: z.input<typeof CreateToken>, idempotency?: Idempotency) {
  const input = parseInput(CreateToken, raw);
  const secret = `lg_${randomBytes(32).toString("base64url")}`;
  const hash = sha256(secret);
  // The secret stays outside the command: an idempotency key keeps the result of one, in clear.
  const { madeAs, ...view } = await storeToken(actor, { ...input, hash }, idempotency);
  return { ...view, token: madeAs === hash ? secret : null };
}

const StoreToken = CreateToken.extend({ ttl: z.number(), hash: z.string() });

const storeToken = command({
  name: "token.create",
  input: StoreToken,
  load: async (tx, input, actor) => {
    if (actor.kind === "system" && input.user === undefined) {
      const message = "Say whose token it is.";
      throw new Refusal("INVALID", `user: ${message}`, { errors: [{ path: "user", message }] });
    }
    const owner = await lockUser(tx, input.user ?? actor.id);
    if (actor.kind === "user" && owner.id !== actor.id) {
      throw new Refusal("FORBIDDEN", "A token is made by the person who will use it.");
    }
    return { place: null, loaded: { owner, parent: await parentOf(tx, actor) } };
  },
  run: async ({ tx, input, loaded: { owner, parent }, now }) => {
    if (owner.disabledAt) throw new Refusal("WRONG_STATE", "This account is disabled.");
    const grants: Grant[] = owner.grants.map((grant) => ({ ...grant, role: Role.parse(grant.role) }));
    const held = bestRole({ grants, cap: parent }, now);
    if (held === null) {
      throw new Refusal("FORBIDDEN", "This account holds no role, so a token of it could do nothing.");
    }
    const { hash, name, system, role = held } = input;
    if (parent !== null && !isWithin(parent, { role, system })) {
      throw new Refusal("FORBIDDEN", "A token made with a token cannot be wider than that one.");
    }
    const wanted = new Date(now.getTime() + input.ttl * 1000);
    const expiresAt = parent?.expiresAt && parent.expiresAt < wanted ? parent.expiresAt : wanted;
    const id = newId("tok");
    const row = await tx.token.create({
      data: { id, userId: owner.id, name, hash, role, system, createdAt: now, expiresAt },
    });
    const user = { id: owner.id, email: owner.email, name: owner.name };
    const data = {
      owner: owner.id,
      email: owner.email,
      name,
      role,
      system,
      expiresAt: expiresAt.toISOString(),
    };
    return {
      result: { ...tokenView(row), user, madeAs: hash },
      events: [
        {
          type: "token.created",
          subject: { kind: "token", id },
          data,
          also: [{ kind: "user", id: owner.id }],
        },
      ],
    };
  },
});

type Width = { role: Role; system: string };

function isWithin(parent: Width, child: Width): boolean {
  return covers(parent.role, child.role) && (parent.system === "*" || parent.system === child.system);
}

async function parentOf(tx: Tx, actor: Actor) {
  if (actor.kind !== "user" || actor.via.kind !== "token") return null;
  const { expiresAt } = await tx.token.findUniqueOrThrow({ where: { id: actor.via.tokenId } });
  return { role: actor.via.role, system: actor.via.system, expiresAt };
}

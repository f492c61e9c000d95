import { command } from "#lib/commands/command.ts";
import { checkedHash } from "#lib/commands/user/checked-hash.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { AddUser } from "#lib/domain/user.ts";
import { newId } from "#lib/platform/id.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/**
 * Adds an account with its first role. Without a password it can only come in by single sign-on.
 * Throws DUPLICATE when the e-mail address is taken, INVALID when the password is too easy.
 */
export const addUser = command({
  name: "user.add",
  input: AddUser,
  load: async (_tx, input) => ({
    place: null,
    loaded: input.password === undefined ? null : await checkedHash(input.password, input),
  }),
  run: async ({ tx, actor, input: { email, name, role, system }, loaded: passwordHash }) => {
    const id = newId("usr");
    const added = await tx.$executeRaw`
      INSERT INTO user_account (id, email, name, password_hash) VALUES (${id}, ${email}, ${name}, ${passwordHash})
      ON CONFLICT (email) DO NOTHING`;
    if (added === 0) throw new Refusal("DUPLICATE", `There is already an account for ${email}.`);
    await tx.grant.create({ data: { id: newId("grt"), userId: id, role, system, grantedBy: actor.id } });
    const user = await tx.user.findUniqueOrThrow({ where: { id }, include: { grants: true } });
    const subject = { kind: "user", id } as const;
    return {
      result: userView(user),
      events: [
        { type: "user.added", subject, data: { email, name } },
        { type: "role.granted", subject, data: { email, role, system, expiresAt: null } },
      ],
    };
  },
});

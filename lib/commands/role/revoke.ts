import { command } from "#lib/commands/command.ts";
import { assertAdminRemains, isLastingAdmin, lockAdmins } from "#lib/commands/user/keep-an-admin.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RevokeRole } from "#lib/domain/user.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/**
 * Takes a role away, at once: every command reads the grants in its own transaction. Throws NOT_FOUND when it is not
 * held, LAST_ADMIN when no lasting admin would be left.
 */
export const revokeRole = command({
  name: "role.revoke",
  input: RevokeRole,
  load: async (tx, input) => {
    await lockAdmins(tx);
    return { place: null, loaded: await lockUser(tx, input.user) };
  },
  run: async ({ tx, input: { role, system }, loaded: user }) => {
    const { count } = await tx.grant.deleteMany({ where: { userId: user.id, role, system } });
    if (count === 0) throw new Refusal("NOT_FOUND", "This account does not hold that role there.");
    if (isLastingAdmin(user)) await assertAdminRemains(tx);
    const changed = await tx.user.findUniqueOrThrow({ where: { id: user.id }, include: { grants: true } });
    const subject = { kind: "user", id: user.id } as const;
    return {
      result: userView(changed),
      events: [{ type: "role.revoked", subject, data: { email: user.email, role, system } }],
    };
  },
});

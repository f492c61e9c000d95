import { command } from "#lib/commands/command.ts";
import { assertAdminRemains, isLastingAdmin, lockAdmins } from "#lib/commands/user/keep-an-admin.ts";
import { lockUser } from "#lib/commands/user/lock-user.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { GrantRole } from "#lib/domain/user.ts";
import { newId } from "#lib/platform/id.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/**
 * Gives a role, everywhere or within a system, optionally until a time. Giving it again
 * sets the new end. Throws LAST_ADMIN when an end date would leave no lasting admin, INVALID for an end in the past.
 */
export const grantRole = command({
  name: "role.grant",
  input: GrantRole,
  load: async (tx, input) => {
    await lockAdmins(tx);
    return { place: null, loaded: await lockUser(tx, input.user) };
  },
  run: async ({ tx, actor, input: { role, system, expiresAt }, loaded: user, now }) => {
    const until = expiresAt === null ? null : new Date(expiresAt);
    if (until !== null && until <= now) {
      const message = "The end of a grant lies in the future.";
      throw new Refusal("INVALID", `expiresAt: ${message}`, { errors: [{ path: "expiresAt", message }] });
    }
    const grant = { expiresAt: until, grantedBy: actor.id };
    await tx.grant.upsert({
      where: { userId_role_system: { userId: user.id, role, system } },
      create: { id: newId("grt"), userId: user.id, role, system, ...grant },
      update: grant,
    });
    if (isLastingAdmin(user)) await assertAdminRemains(tx);
    const changed = await tx.user.findUniqueOrThrow({ where: { id: user.id }, include: { grants: true } });
    const data = { email: user.email, role, system, expiresAt: until?.toISOString() ?? null };
    return {
      result: userView(changed),
      events: [{ type: "role.granted", subject: { kind: "user", id: user.id }, data }],
    };
  },
});

import { command } from "#lib/commands/command.ts";
import { checkedHash } from "#lib/commands/user/checked-hash.ts";
import { endAccess } from "#lib/commands/user/end-access.ts";
import { assertAdminRemains, isLastingAdmin, lockAdmins } from "#lib/commands/user/keep-an-admin.ts";
import { lockUser, type LockedUser } from "#lib/commands/user/lock-user.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { ChangeUser } from "#lib/domain/user.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { userView } from "#lib/queries/user/user-view.ts";

/**
 * Changes an account: its name, address or password, or whether it may be used at all. A new password ends the
 * sessions, disabling ends sessions and tokens. Throws LAST_ADMIN, DUPLICATE, INVALID, NOT_FOUND, WRONG_STATE.
 */
export const changeUser = command({
  name: "user.change",
  input: ChangeUser,
  load: async (tx, input) => {
    await lockAdmins(tx);
    const user = await lockUser(tx, input.user);
    const owner = { email: input.email ?? user.email, name: input.name ?? user.name };
    const passwordHash = input.password === undefined ? null : await checkedHash(input.password, owner);
    return { place: null, loaded: { user, passwordHash } };
  },
  run: async ({ tx, input, loaded: { user, passwordHash }, now }) => {
    const events: NewEvent[] = [];
    const subject = { kind: "user", id: user.id } as const;
    const changes = await describeChanges(tx, user, input);
    if (passwordHash !== null) changes.password = "set anew";
    if (Object.keys(changes).length > 0) {
      const { name = user.name, email = user.email } = input;
      await tx.user.update({
        where: { id: user.id },
        data: { name, email, ...(passwordHash === null ? {} : { passwordHash }) },
      });
      const ended = passwordHash === null ? {} : { ended: await endAccess(tx, user.id, now, "sessions") };
      events.push({ type: "user.changed", subject, data: { email, changes, ...ended } });
    }
    if (input.disabled !== undefined) events.push(await setDisabled(tx, user, input.disabled, now));
    const [first, ...others] = events;
    if (!first) throw new Refusal("INVALID", "There is nothing to change.");
    const changed = await tx.user.findUniqueOrThrow({ where: { id: user.id }, include: { grants: true } });
    return { result: userView(changed), events: [first, ...others] };
  },
});

async function describeChanges(
  tx: Tx,
  user: LockedUser,
  { name, email }: { name?: string | undefined; email?: string | undefined },
): Promise<Record<string, string>> {
  const changes: Record<string, string> = {};
  if (name !== undefined && name !== user.name) changes.name = name;
  if (email !== undefined && email !== user.email) {
    const other = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (other) throw new Refusal("DUPLICATE", `There is already an account for ${email}.`);
    changes.email = email;
  }
  return changes;
}

async function setDisabled(tx: Tx, user: LockedUser, disabled: boolean, now: Date): Promise<NewEvent> {
  if ((user.disabledAt !== null) === disabled) {
    throw new Refusal("WRONG_STATE", `This account is already ${disabled ? "disabled" : "enabled"}.`);
  }
  await tx.user.update({ where: { id: user.id }, data: { disabledAt: disabled ? now : null } });
  const subject = { kind: "user", id: user.id } as const;
  if (!disabled) return { type: "user.enabled", subject, data: { email: user.email } };
  if (isLastingAdmin(user)) await assertAdminRemains(tx);
  const ended = await endAccess(tx, user.id, now, "sessions and tokens");
  return { type: "user.disabled", subject, data: { email: user.email, ended } };
}

import type { Command } from "commander";
import { changingDatabase, withDatabase } from "#lib/cli/with-database.ts";
import { readPassword } from "#lib/cli/read-password.ts";
import { printTable } from "#lib/cli/table.ts";
import { grantRole } from "#lib/commands/role/grant.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { revokeSessions } from "#lib/commands/session/revoke.ts";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import type { Role } from "#lib/domain/role.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { config } from "#lib/platform/config.ts";
import { listUsers } from "#lib/queries/user/list.ts";

type Email = { email: string };
/** The command's schema says whether it is one. */
type Given = { role: Role; system: string };

/** `lastgood user …`: people and their roles, without the console. */
export function defineUser(command: Command): void {
  const sub = (name: string, summary: string): Command =>
    command.command(name).description(summary).requiredOption("--email <email>", "whose account");
  const withRole = (one: Command): Command =>
    one
      .requiredOption("--role <role>", "viewer, operator, release_manager or admin")
      .option("--system <system>", "only within this system", "*");

  withRole(sub("add", "add an account with its first role"))
    .requiredOption("--name <name>", "the person's name")
    .option(
      "--password-stdin",
      "read the password from standard input; without it only single sign-on opens the account",
    )
    .action(add);
  command.command("list").description("list all accounts").action(list);
  sub("password", "set a new password, and end the person's sessions")
    .requiredOption("--password-stdin", "read it from standard input")
    .action(async ({ email }: Email) => {
      const password = await readPassword();
      await changingDatabase((actor) => changeUser(actor, { user: email, password }));
      say(`${email} has a new password.`);
    });
  sub("disable", "end an account's sessions and tokens, and let nobody in with it").action(
    async ({ email }: Email) => {
      await changingDatabase((actor) => changeUser(actor, { user: email, disabled: true }));
      say(`${email} is disabled.`);
    },
  );
  sub("enable", "let a disabled account in again").action(async ({ email }: Email) => {
    await changingDatabase((actor) => changeUser(actor, { user: email, disabled: false }));
    say(`${email} is enabled.`);
  });
  withRole(sub("grant", "give a role, everywhere or within a system"))
    .option("--until <time>", "until then only, such as 2026-12-01T08:00:00Z: that is how on-call is done")
    .action(async ({ email, role, system, until }: Email & Given & { until?: string }) => {
      const expiresAt = until ?? null;
      await changingDatabase((actor) => grantRole(actor, { user: email, role, system, expiresAt }));
      say(`${email} is ${role}${place(system)}${until === undefined ? "" : ` until ${until}`}.`);
    });
  withRole(sub("revoke", "take a role away, at once")).action(
    async ({ email, role, system }: Email & Given) => {
      await changingDatabase((actor) => revokeRole(actor, { user: email, role, system }));
      say(`${email} is no longer ${role}${place(system)}.`);
    },
  );
  sub("sign-out", "end all open sessions of a person").action(async ({ email }: Email) => {
    const { revoked } = await changingDatabase((actor) => revokeSessions(actor, { user: email }));
    say(`Ended ${revoked} ${revoked === 1 ? "session" : "sessions"} of ${email}.`);
  });
}

type Added = Email & Given & { name: string; passwordStdin?: true };

async function add({ email, name, role, system, passwordStdin }: Added): Promise<void> {
  if (!passwordStdin && config().oidc === undefined) {
    throw new ConfigurationFault(
      "Give --password-stdin: without single sign-on nobody could use the account.",
    );
  }
  const password = passwordStdin ? { password: await readPassword() } : {};
  const user = await changingDatabase((actor) => addUser(actor, { email, name, role, system, ...password }));
  say(`Added ${user.email}, ${role}${place(system)}.`);
}

async function list(): Promise<void> {
  const rows = await withDatabase(async (actor) => {
    const all = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await listUsers(actor, { limit: 200, cursor });
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  });
  printTable(
    rows.map((user) => {
      const roles = user.grants.map(
        ({ role, system, expiresAt }) =>
          `${role}${place(system)}${expiresAt === null ? "" : ` until ${expiresAt}`}`,
      );
      return [
        user.email,
        user.name,
        user.disabledAt === null ? "active" : "disabled",
        roles.join(", ") || "no role",
      ];
    }),
  );
}

const place = (system: string): string => (system === "*" ? "" : ` in ${system}`);
const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

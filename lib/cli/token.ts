import type { Command } from "commander";
import { printTable } from "#lib/cli/table.ts";
import { changingDatabase, withDatabase } from "#lib/cli/with-database.ts";
import { createToken } from "#lib/commands/token/create.ts";
import { revokeToken } from "#lib/commands/token/revoke.ts";
import type { Role } from "#lib/domain/role.ts";
import { listTokens } from "#lib/queries/token/list.ts";

type Options = { user: string; ttl: string; role?: Role; system: string; name: string };

/** `lastgood token …`: API tokens, of anyone, without the console. */
export function defineToken(command: Command): void {
  command
    .command("create")
    .description("make a token and print it, this once, alone on its line")
    .requiredOption("--user <email>", "whose token it is")
    .option("--ttl <time>", "how long it lives, such as 12h or 30d", "90d")
    .option("--role <role>", "carry at most this role; otherwise what the person holds now")
    .option("--system <system>", "carry it only within this system", "*")
    .option("--name <name>", "what it is for", "command line")
    .action(async ({ role, ...options }: Options) => {
      const input = { ...options, ...(role === undefined ? {} : { role }) };
      const made = await changingDatabase((actor) => createToken(actor, input));
      process.stdout.write(`${made.token ?? ""}\n`);
      process.stderr.write(
        `Token ${made.id} carries ${made.role} until ${made.expiresAt ?? "it is revoked"}.\n`,
      );
    });
  command
    .command("list")
    .description("list everyone's tokens, without their secrets")
    .action(async () => {
      const rows = await withDatabase(async (actor) => {
        const all = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page = await listTokens(actor, { of: "everyone", limit: 200, cursor });
          all.push(...page.items);
          cursor = page.next;
        }
        return all;
      });
      printTable(
        rows.map((token) => [
          token.id,
          token.user.email,
          token.role + (token.system === "*" ? "" : ` in ${token.system}`),
          token.revokedAt === null ? `until ${token.expiresAt ?? "revoked"}` : `revoked ${token.revokedAt}`,
          token.lastUsedAt === null ? "never used" : `last used ${token.lastUsedAt}`,
          token.name,
        ]),
      );
    });
  command
    .command("revoke <id>")
    .description("end a token, at once")
    .action(async (id: string) => {
      await changingDatabase((actor) => revokeToken(actor, { token: id }));
      process.stdout.write(`${id} is revoked.\n`);
    });
}

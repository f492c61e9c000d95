import { expect, it } from "vitest";
import { createToken } from "#lib/commands/token/create.ts";
import { revokeToken } from "#lib/commands/token/revoke.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";

const { client } = await testDatabase();

it("a token is ended by its owner and by an admin everywhere, not by an admin of one system", async () => {
  const owner = await person("operator");
  const make = async (name: string) => (await createToken(owner, { name })).id;
  const [first, second] = [await make("first"), await make("second")];
  const local = await person("admin", "shop");
  await expect(revokeToken(local, { token: first })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await client.token.findUnique({ where: { id: first } })).toMatchObject({ revokedAt: null });
  await revokeToken(owner, { token: first });
  await revokeToken(await person("admin"), { token: second });
});

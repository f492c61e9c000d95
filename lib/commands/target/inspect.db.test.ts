import { expect, it } from "vitest";
import { inspectTarget } from "#lib/commands/target/inspect.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";

const { client } = await testDatabase();
const target = {
  component: "code" as const,
  adapter: "http-blue-green",
  settings: { url: "http://127.0.0.1:9" },
  secrets: {},
  allow: ["127.0.0.1:9"],
};
const throttled = expect.objectContaining({ code: "THROTTLED" }) as unknown;

it("has 30 targets of one person looked at within a minute, also when they are asked for all at once", async () => {
  const admin = await person("admin");
  const asked = await Promise.allSettled(Array.from({ length: 40 }, () => inspectTarget(admin, target)));
  const refused = asked.filter((one) => one.status === "rejected");
  expect(refused.map(({ reason }) => reason as unknown)).toEqual(Array.from({ length: 10 }, () => throttled));
  expect(await client.inspection.count({ where: { askedBy: admin.id } })).toBe(30);

  // Another person is no part of it, and neither is what was asked for longer ago.
  await expect(inspectTarget(await person("admin"), target)).resolves.toHaveProperty("id");
  const { id } = await client.inspection.findFirstOrThrow({ where: { askedBy: admin.id } });
  await client.inspection.update({ where: { id }, data: { createdAt: new Date(Date.now() - 61_000) } });
  await expect(inspectTarget(admin, target)).resolves.toHaveProperty("id");
  await expect(inspectTarget(admin, target)).rejects.toEqual(throttled);
});

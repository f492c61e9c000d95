import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { registerSandbox } from "#lib/processes/register-sandbox.ts";

const { client } = await testDatabase();

it("the sandbox is registered once, with its history, however often and wherever a start was cut off", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lastgood-register-"));
  const token = join(folder, "secrets", "token");
  await ensureBuiltInPlaybooks();
  await registerSandbox(folder, token);
  const deployments = await client.deployment.count();
  const events = await client.event.count();
  expect(deployments).toBeGreaterThan(4);
  expect((await stat(token)).mode & 0o777).toBe(0o600);
  const first = await readFile(token, "utf8");

  await registerSandbox(folder, token);
  expect(await client.deployment.count()).toBe(deployments);
  expect(await client.event.count()).toBe(events);
  expect(await readFile(token, "utf8")).toBe(first);

  const newest = await client.deployment.findFirstOrThrow({
    where: { serviceId: "shop-checkout" },
    orderBy: { id: "desc" },
  });
  await client.deployment.delete({ where: { id: newest.id } });
  await registerSandbox(folder, token);
  expect(await client.deployment.count()).toBe(deployments);
  await rm(folder, { recursive: true });
});

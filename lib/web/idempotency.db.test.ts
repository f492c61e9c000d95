import { beforeAll, describe, expect, it } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { addService, addSomeone, type Someone } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const { client } = await testDatabase();
const parts = { routes, authenticate, findAnswer, keepAnswer, log: createLog("api"), checksAnswers: true };
const api = createApi(parts);
let operator: Someone;
let other: Someone;

beforeAll(async () => {
  await ensureBuiltInPlaybooks();
  operator = await addSomeone(client, "operator");
  other = await addSomeone(client, "operator");
  await addService(client, "shop", "shops", "mvp-blue-green");
});

const declare = { title: "Down", service: "shop", environment: "staging" };

async function post(
  key: string,
  body: unknown,
  { who = operator, path = "/incidents", through = api } = {},
): Promise<{ status: number; text: string }> {
  const response = await through(
    new Request(`http://test${basePath}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${who.token}`,
        "content-type": "application/json",
        "idempotency-key": key,
      },
      body: JSON.stringify(body),
    }),
  );
  return { status: response.status, text: await response.text() };
}

describe("an Idempotency-Key", () => {
  it("gives the first answer again, byte for byte, although the thing has changed since", async () => {
    const first = await post("again", declare);
    expect(first.status).toBe(201);
    const { id } = JSON.parse(first.text) as { id: string };
    await client.incident.update({ where: { id }, data: { title: "Changed" } });
    const reordered = { environment: "staging", title: "Down", service: "shop" };
    expect(await post("again", reordered)).toEqual(first);
    expect(await client.incident.count({ where: { id } })).toBe(1);
  });

  it("used a hundred times at once makes one incident and one answer", async () => {
    const before = await client.incident.count();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post("hundred", declare)));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
    expect(await client.incident.count()).toBe(before + 1);
  });

  it("is refused for another body, another address, and free for another person", async () => {
    const first = await post("mine", declare);
    expect(await post("mine", { ...declare, title: "Other" })).toMatchObject({
      status: 409,
      text: expect.stringContaining("DUPLICATE") as string,
    });
    const { id } = JSON.parse(first.text) as { id: string };
    expect(await post("mine", declare, { path: `/incidents/${id}/notes` })).toMatchObject({ status: 422 });
    expect(await post("mine", { text: "x" }, { path: `/incidents/${id}/notes` })).toMatchObject({
      status: 409,
    });
    expect((await post("mine", declare, { who: other })).status).toBe(201);
  });

  it("gives the command's result again where the answer was lost on the way", async () => {
    const losing = createApi({ ...parts, keepAnswer: () => Promise.reject(new Error("killed")) });
    const before = await client.incident.count();
    expect((await post("lost", declare, { through: losing })).status).toBe(500);
    const again = await post("lost", declare);
    expect(again.status).toBe(201);
    expect(await post("lost", declare)).toEqual(again);
    expect(await client.incident.count()).toBe(before + 1);
  });

  it("is not spent by a refusal", async () => {
    expect((await post("refused", { ...declare, service: "none" })).status).toBe(404);
    expect((await post("refused", declare)).status).toBe(201);
  });

  it("is 1 to 255 printable characters", async () => {
    for (const key of ["x".repeat(256), "é"]) expect((await post(key, declare)).status).toBe(422);
    expect((await post("x".repeat(255), declare)).status).toBe(201);
  });

  it("never keeps a token's secret", async () => {
    const first = await post("token", { name: "ci" }, { path: "/tokens" });
    const { token } = JSON.parse(first.text) as { token: string };
    expect(token).toMatch(/^lg_/);
    expect(JSON.parse((await post("token", { name: "ci" }, { path: "/tokens" })).text)).toMatchObject({
      token: null,
    });
    const kept = await client.idempotencyKey.findMany({ where: { key: "token" } });
    expect(JSON.stringify(kept)).not.toContain(token);
  });
});

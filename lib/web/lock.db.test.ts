import { beforeAll, describe, expect, it, vi } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { addSomeone, type Someone } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";
import { service } from "../../prisma/factories/service.ts";

const { client } = await testDatabase();
const parts = { routes, authenticate, findAnswer, keepAnswer, log: createLog("api"), checksAnswers: true };
const api = createApi(parts);
let operator: Someone;
let shop = "";

beforeAll(async () => {
  operator = await addSomeone(client, "operator");
  shop = await service();
});

async function post(idempotencyKey: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await api(
    new Request(`http://test${basePath}/rollbacks`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${operator.token}`,
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
      },
      body: JSON.stringify({
        service: shop,
        environment: "production",
        to: "2.3.0",
        reason: "Errors since 2.4.0",
      }),
    }),
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Nobody prepares here, and whoever asked first waits for the plan. */
async function endPreparation(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { count } = await client.rollback.updateMany({
        where: { state: "draft", preparedAt: null },
        data: { preparedAt: new Date() },
      });
      expect(count).toBe(1);
    },
    { timeout: 10_000 },
  );
}

describe("A hundred requests for one (service, environment) at once", () => {
  it("open one rollback; ninety-nine are told LOCKED and which one it is", async () => {
    const requests = Array.from({ length: 100 }, (_, nth) => post(`lock-${nth}`));
    const [answers] = await Promise.all([Promise.all(requests), endPreparation()]);
    const won = answers.filter((answer) => answer.status === 201);
    const lost = answers.filter((answer) => answer.status === 409);
    expect([won.length, lost.length]).toEqual([1, 99]);
    const [winner] = won;
    for (const { body } of lost) {
      expect(body).toMatchObject({ code: "LOCKED", rollback: winner?.body["id"] });
      expect(body["detail"]).toContain(winner?.body["number"]);
    }
    expect(await client.rollback.count({ where: { serviceId: shop } })).toBe(1);
  });

  it("open one rollback under one key, with one answer for all", async () => {
    await client.rollback.updateMany({ data: { state: "cancelled" } });
    const requests = Array.from({ length: 100 }, () => post("the-same"));
    const [answers] = await Promise.all([Promise.all(requests), endPreparation()]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify(answers[0])]),
    );
    expect(answers[0]?.status).toBe(201);
    expect(await client.rollback.count({ where: { state: "draft" } })).toBe(1);
  });
});

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findAnswer, keepAnswer } from "#lib/commands/idempotency.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { basePath, createApi } from "#lib/web/dispatch.ts";
import { authenticate } from "#lib/web/session.ts";
import { signWebhook, webhookSecret } from "#lib/web/webhook-signature.ts";
import { addService } from "#lib/web/world.fixture.ts";
import { routes } from "../../app/api/v1/table.ts";

const dataFolder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-webhook-"));
vi.stubEnv("LASTGOOD_DATA", dataFolder);
afterAll(() => {
  fs.rmSync(dataFolder, { recursive: true });
});
const { client } = await testDatabase();
const api = createApi({
  routes,
  authenticate,
  findAnswer,
  keepAnswer,
  log: createLog("api"),
  checksAnswers: true,
});
const body = JSON.stringify({
  service: "shop",
  environment: "staging",
  signals: [{ name: "error_rate", value: 3 }],
});
const now = (): number => Math.floor(Date.now() / 1000);

beforeAll(() => addService(client, "shop"));

async function post(where: string, text: string, signature: string): Promise<number> {
  const response = await api(
    new Request(`http://test${basePath}${where}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lastgood-signature": signature },
      body: text,
    }),
  );
  await response.text();
  return response.status;
}

describe("a signed webhook", () => {
  it("reports signals without an account", async () => {
    expect(await post("/signals", body, signWebhook(webhookSecret(), body, now()))).toBe(202);
    expect(await client.signal.count({ where: { serviceId: "shop", name: "error_rate", value: 3 } })).toBe(1);
  });
  it("is refused with a wrong secret, another body, an old time or a broken signature", async () => {
    const good = signWebhook(webhookSecret(), body, now());
    expect(await post("/signals", body, signWebhook("wrong", body, now()))).toBe(401);
    expect(await post("/signals", `${body} `, good)).toBe(401);
    expect(await post("/signals", body, signWebhook(webhookSecret(), body, now() - 400))).toBe(401);
    for (const signature of ["", "x", "t=1,v1=", good.slice(0, -1)])
      expect(await post("/signals", body, signature)).toBe(401);
  });
  it("opens nothing else", async () => {
    const text = JSON.stringify({ title: "Down", service: "shop", environment: "staging" });
    expect(await post("/incidents", text, signWebhook(webhookSecret(), text, now()))).toBe(401);
  });
  it("from Alertmanager is taken alert by alert", async () => {
    const labels = { alertname: "HighErrorRate", environment: "staging" };
    const text = JSON.stringify({
      version: "4",
      status: "firing",
      alerts: [
        { status: "firing", labels: { ...labels, service: "shop" }, startsAt: "2026-01-01T00:00:00Z" },
        { status: "firing", labels: { ...labels, service: "unknown" } },
      ],
    });
    expect(await post("/signals/alertmanager", text, signWebhook(webhookSecret(), text, now()))).toBe(202);
    expect(await client.signal.count({ where: { name: "high_error_rate" } })).toBe(1);
  });
});

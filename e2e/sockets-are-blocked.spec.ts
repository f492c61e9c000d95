import { expect } from "#e2e/fixtures/console.ts";
import { approvedOn } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";

test("sockets are blocked: the page says that it asks every few seconds, and goes on moving", async ({
  login,
  api,
  ownService,
}) => {
  const service = await ownService();
  const { target, name, to } = service;
  const { id, number, plan } = await approvedOn(api, service);
  await target.faults({ holdBefore: true });

  const page = await login("viewer");
  await page.routeWebSocket(/\/socket\.io\//, (socket) => socket.close());
  await page.route(/\/socket\.io\//, (route) => route.abort());
  await page.goto(`/rollbacks/${number}`);
  await expect(page.locator("[data-connection=polling]")).toBeVisible();
  await expect(page.locator("[data-connection=polling]")).toContainText("Every few seconds");

  await api("operator").post(`/rollbacks/${id}/execute`, { planHash: plan?.hash });
  await target.counters(1);
  await expect(page.locator("li[data-step-state=running]")).toHaveCount(1);
  await target.release();
  await expect(page.getByRole("group", { name: "State" })).toContainText(`${name} runs ${to} again.`);
  await expect(page.locator("[data-connection=polling]")).toBeVisible();
});

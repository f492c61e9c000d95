import { expect } from "#e2e/fixtures/console.ts";
import { approvedOn, executeOnScreen, expectWholeTimeline } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { killProductProcess } from "#e2e/fixtures/product-process.ts";
import { rollbackIn } from "#e2e/fixtures/rollback-by-api.ts";

test("the worker was killed mid-run: another takes over, the traffic is switched once, and the page says how it ended", async ({
  login,
  api,
  ownService,
  product,
}) => {
  const service = await ownService();
  const { target, name, to } = service;
  const { id, number } = await approvedOn(api, service);
  // The switch happens, but its answer never reaches the worker.
  await target.faults({ holdAfter: true, times: 1 });

  const page = await login("operator");
  await page.goto(`/rollbacks/${number}`);
  await executeOnScreen(page);
  await target.counters(1);
  killProductProcess(product.dataFolder, "worker");

  const { state } = await rollbackIn(api("operator"), id, ["succeeded", "needs_manual"], 90);
  expect((await target.counters()).flips).toBe(1);
  if (state === "succeeded") {
    await expect(page.getByRole("group", { name: "State" })).toContainText(`${name} runs ${to} again.`);
  } else {
    await expect(page.getByRole("group", { name: "Why it stands still" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Ways on" })).toBeVisible();
  }
  await expect(page.getByText("Another worker took the execution over").first()).toBeVisible();
  await page.reload();
  await expectWholeTimeline(page, api("operator"), id);
});

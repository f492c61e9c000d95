import { expect } from "#e2e/fixtures/console.ts";
import { approvedOn, executeOnScreen, expectWholeTimeline } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { rollbackIn } from "#e2e/fixtures/rollback-by-api.ts";

test("the browser was closed and reopened mid-run: the rollback went on, and nothing of it is missing", async ({
  login,
  api,
  ownService,
}) => {
  const service = await ownService();
  const { target, name, to } = service;
  const { id, number } = await approvedOn(api, service);
  await target.faults({ holdBefore: true });

  const first = await login("operator");
  await first.goto(`/rollbacks/${number}`);
  await executeOnScreen(first);
  await target.counters(1);
  await expect(first.locator("li[data-step-state=running]")).toHaveCount(1);
  await first.context().close();

  const second = await login("operator");
  await second.goto(`/rollbacks/${number}`);
  await expect(second.locator("li[data-step-state=running]")).toHaveCount(1);
  await expect(second.locator("[data-connection=live]:visible")).toBeVisible();
  await target.release();

  await expect(second.getByRole("group", { name: "State" })).toContainText(`${name} runs ${to} again.`);
  await rollbackIn(api("operator"), id, ["succeeded"]);
  expect(await target.counters()).toMatchObject({ flips: 1, rollback: 1, version: to });
  await second.reload();
  await expectWholeTimeline(second, api("operator"), id);
});

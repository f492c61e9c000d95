import { breakShop } from "#e2e/fixtures/broken-shop.ts";
import { expect, test } from "#e2e/fixtures/console.ts";
import type { RollbackSummary } from "#lib/domain/view.ts";

test("by keyboard only: from something is wrong to a submitted plan in under a minute", async ({
  login,
  api,
  product,
}) => {
  const { lastKnownGood } = await breakShop(product, api("admin"));
  const page = await login("operator");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await expect(page.locator("[data-connection=live]:visible")).toBeVisible();
  const started = Date.now();

  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/declare\?service=shop-checkout&environment=production/);
  const title = page.getByRole("textbox", { name: "Title" });
  await expect(title).toBeFocused();
  await page.keyboard.type("Checkout answers with errors");
  await expect(page.getByRole("region", { name: "What the playbook says" })).toContainText("Roll back");
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(/\/declare\/INC-\d+\/target/);
  await expect(page.getByRole("radio", { name: lastKnownGood })).toBeChecked();
  await page.keyboard.press("Control+Enter");

  await expect(page).toHaveURL(/\/declare\/INC-\d+\/plan/);
  await expect(page.getByRole("group", { name: "Plan" })).toContainText("/deployment/rollback", {
    timeout: 40_000,
  });
  await page.keyboard.press("Control+Enter");

  await expect(page).toHaveURL(/\/declare\/INC-\d+\/checklist/);
  const ticks = page.getByRole("main").getByRole("checkbox");
  await expect(ticks.first()).toBeVisible();
  for (const tick of await ticks.all()) {
    // Forward until the tick is reached, as a person would; a page has an end.
    for (let presses = 0; presses < 60; presses++) {
      if (await tick.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await expect(tick).toBeFocused();
    await page.keyboard.press("Space");
    await expect(tick).toBeChecked();
  }
  await expect(page.getByRole("button", { name: "Submit for approval", disabled: false })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/rollbacks\/RB-\d+$/);
  const seconds = (Date.now() - started) / 1000;
  console.log(`From home to a submitted plan by keyboard: ${seconds.toFixed(1)} s.`);
  expect(seconds).toBeLessThan(60);

  const { items } = await api("operator").get<{ items: RollbackSummary[] }>(
    "/rollbacks?active=true&service=shop-checkout&environment=production",
  );
  expect(items).toMatchObject([{ state: "awaiting_approval", to: lastKnownGood }]);
});

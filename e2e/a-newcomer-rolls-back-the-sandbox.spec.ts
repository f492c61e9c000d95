import type { Page } from "@playwright/test";
import { breakShop, measured, servedVersion } from "#e2e/fixtures/broken-shop.ts";
import { expect, test } from "#e2e/fixtures/console.ts";
import { executeOnScreen, expectWholeTimeline } from "#e2e/fixtures/live-rollback.ts";
import type { Person } from "#e2e/fixtures/product.ts";
import { rollbackIn } from "#e2e/fixtures/rollback-by-api.ts";
import { declareOnScreen, passChecklistOnScreen, planOnScreen } from "#e2e/fixtures/wizard.ts";

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
}

test("a newcomer rolls back the sandbox, from the printed sign-in details to a healthy shop and its record", async ({
  browser,
  page,
  product,
  api,
  contextOptions,
  baseURL,
}) => {
  test.setTimeout(240_000);
  const shop = await breakShop(product, api("admin"));
  // It fails for real: the proxy's own rate, over what customers got.
  await expect
    .poll(async () => (await measured(shop)).errorRate ?? 0, { timeout: 60_000 })
    .toBeGreaterThan(0.05);

  await test.step("the operator declares it, and is told to roll back and why", async () => {
    await signIn(page, product.people.operator);
    const failing = page.getByRole("list", { name: "Failing now" }).getByRole("listitem");
    await expect(failing.filter({ hasText: "Checkout" }).first()).toContainText(/Error rate\s*\d/);
    await page.getByRole("link", { name: "Declare an incident" }).click();
    await declareOnScreen(page, { service: "Checkout", environment: "Production" });
  });
  await test.step("they pick the offered version and read the plan", async () => {
    await planOnScreen(page, shop.lastKnownGood);
  });
  const number = await test.step("they pass the checklist and submit", () => passChecklistOnScreen(page));

  await test.step("who wrote the plan cannot approve it", async () => {
    await page.goto(`/approvals/${number}`);
    await expect(
      page
        .getByRole("main")
        .getByText("This is not yours to decide")
        .or(page.getByRole("main").getByText("You wrote this plan, so you cannot approve it")),
    ).toBeVisible();
    await expect(page.getByRole("button", { name: "Approve" })).toHaveCount(0);
  });

  await test.step("the release manager approves and executes, and sees each step happen", async () => {
    const context = await browser.newContext({ ...contextOptions, ...(baseURL ? { baseURL } : {}) });
    const manager = await context.newPage();
    await signIn(manager, product.people.release_manager);
    await manager.getByRole("link", { name: "Roll back Checkout" }).click();
    await manager.getByRole("button", { name: "Approve" }).click();
    await manager.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await manager.getByRole("main").getByRole("link", { name: "Open the rollback" }).click();
    await executeOnScreen(manager);
    await expect(manager.getByRole("group", { name: "State" })).toContainText(
      `Checkout runs ${shop.lastKnownGood} again.`,
      { timeout: 90_000 },
    );
    await expect(manager.locator("li[data-step-state=failed]")).toHaveCount(0);
    await context.close();
  });

  await test.step("the processes on the machine changed version, and customers get answers", async () => {
    expect(await servedVersion(shop)).toBe(shop.lastKnownGood);
    const since = async () => (await measured(shop)).current;
    await expect.poll(async () => (await since()).errorRate, { timeout: 60_000 }).toBeLessThan(0.01);
    expect((await measured(shop)).health).toBe("healthy");
  });

  await test.step("the record is whole, signed and can be taken along", async () => {
    const rollback = await rollbackIn(api("viewer"), number, ["succeeded"]);
    await page.goto(`/rollbacks/${number}`);
    await expectWholeTimeline(page, api("operator"), rollback.id);
    const verified = await api("admin").get<{ ok: boolean; entries: number }>("/audit/verify");
    expect(verified.ok).toBe(true);
    const runbook = await page.request.get(`/api/v1/rollbacks/${rollback.id}/runbook.md`);
    expect(runbook.headers()["content-type"]).toContain("text/markdown");
    expect(await runbook.text()).toContain("/deployment/rollback");
    const report = await page.request.get(`/api/v1/rollbacks/${rollback.id}/report`);
    expect(await report.text()).toContain(shop.lastKnownGood);
    const again = await api("operator").attempt("POST", "/services/shop-checkout/deployments", {
      environment: "production",
      version: shop.version,
    });
    expect(again, "the bad version is quarantined").toMatchObject({ status: 409, body: { code: "PINNED" } });
  });
});

import type { Page } from "@playwright/test";
import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { breakShop } from "#e2e/fixtures/broken-shop.ts";
import { expect, test } from "#e2e/fixtures/console.ts";
import { draftRollback } from "#e2e/fixtures/rollback-by-api.ts";
import type { IncidentView } from "#lib/domain/view.ts";

const nowhere = "/an-address-that-leads-nowhere";

/** Every page in both colours. Tall, so that nothing lies half under the bar of actions. */
async function expectNothingFound(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const isNowhere = path === nowhere;
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toHaveCount(isNowhere ? 1 : 0);
  await expectAxeFindsNothing(page, path);
}

const tall = { viewport: { width: 1280, height: 3000 } };

test("axe finds nothing on the pages that anybody can see", async ({ browser, product, contextOptions }) => {
  const context = await browser.newContext({ ...contextOptions, ...tall });
  const page = await context.newPage();
  await expectNothingFound(page, `${product.url}/sign-in`);
  await expectNothingFound(page, product.statusUrl);
  await context.close();
});

test("axe finds nothing on any page of the console, dark and light", async ({ login, api, product }) => {
  test.setTimeout(300_000);
  const { lastKnownGood } = await breakShop(product, api("admin"));
  const service = { service: "shop-checkout", environment: "production" };
  const { id: incident, number: incidentNumber } = await api("operator").post<IncidentView>("/incidents", {
    ...service,
    title: "Checkout answers with errors",
    facts: { error_rate: 20, critical_bug: true },
  });
  const { id, number } = await draftRollback(api("operator"), { ...service, incident, to: lastKnownGood });
  const wizard = `/declare/${incidentNumber}`;
  const page = await login("admin", tall);
  const look = (path: string) => test.step(path, () => expectNothingFound(page, path));
  for (const step of ["target", "plan", "checklist"]) await look(`${wizard}/${step}?rollback=${number}`);

  await api("operator").post(`/rollbacks/${id}/submit`, {});
  for (const path of [
    "/",
    `/declare?service=${service.service}&environment=${service.environment}`,
    "/incidents",
    `/incidents/${incidentNumber}`,
    `/incidents/${incidentNumber}/post-mortem`,
    "/rollbacks",
    `/rollbacks/${number}`,
    `/rollbacks/${number}/runbook`,
    "/approvals",
    `/approvals/${number}`,
    "/services",
    "/services/shop-checkout",
    "/services/new",
    "/playbooks",
    "/playbooks/new",
    "/playbooks/mvp-blue-green",
    "/playbooks/mvp-blue-green/try?fact.error_rate=12",
    "/playbooks/mvp-blue-green/versions",
    "/playbooks/mvp-blue-green/services",
    "/playbooks/mvp-blue-green/write",
    "/audit",
    "/people",
    "/people/you",
    "/people/on-call",
    "/people/tokens",
    "/people/secrets",
    nowhere,
  ]) {
    await look(path);
  }
});

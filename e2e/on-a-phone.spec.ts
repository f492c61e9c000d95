import { expect } from "#e2e/fixtures/console.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { rollbackIn, submittedRollback } from "#e2e/fixtures/rollback-by-api.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

test("on a phone, woken by a page: the decision stands first, and two taps approve it", async ({
  login,
  api,
  ownService,
}) => {
  const { id, name, environment, to } = await ownService();
  const waiting = await submittedRollback(api("operator"), { service: id, environment, to });

  const page = await login("release_manager", phone);
  await page.goto(`/approvals/${waiting.number}`);
  const question = page.getByRole("main").getByText(`Roll back ${name} in production to ${to}?`);
  await expect(question).toBeInViewport();
  await expect(page.getByRole("button", { name: "Approve" })).toBeInViewport();
  await expect(page.getByRole("button", { name: "Reject" })).toBeInViewport();
  const widest = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(widest, "nothing is wider than the phone").toBeLessThanOrEqual(phone.viewport.width);

  await page.getByRole("button", { name: "Approve" }).tap();
  await page.getByRole("dialog").getByRole("button", { name: "Approve" }).tap();
  await expect(page.getByRole("main").getByText("Approved by Ruben Release")).toBeVisible();
  await rollbackIn(api("operator"), waiting.id, ["approved"]);
});

test("on a phone every place can be reached, and none is wider than the screen", async ({ login }) => {
  const page = await login("admin", phone);
  await page.goto("/");
  const places = page.getByRole("navigation", { name: "Places" });
  for (const place of ["Incidents", "Rollbacks", "Approvals", "Home"]) {
    await places.getByRole("link", { name: place }).tap();
    await expect(page.getByRole("heading", { level: 1, name: place })).toBeVisible();
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest, `${place} is wider than the phone`).toBeLessThanOrEqual(phone.viewport.width);
  }
});

import { expect, test } from "#e2e/fixtures/console.ts";
import { killProductProcess, productProcess } from "#e2e/fixtures/product-process.ts";

test("the status page is served while web and worker are dead, and says as of when it speaks", async ({
  page,
  product,
}) => {
  await expect
    .poll(async () => (await fetch(`${product.statusUrl}/status.json`)).text(), { timeout: 30_000 })
    .toContain('"asOf":"');

  const dead = (["web", "worker"] as const).map((name) => killProductProcess(product.dataFolder, name));
  await page.goto(product.statusUrl);
  await expect(page.getByText(/^As of \d/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Services" })).toBeVisible();
  await expect(page.getByText("Checkout").first()).toBeVisible();
  await expect(page.getByText("Everything is working")).toHaveCount(0);

  // The supervisor starts both again; the journeys after this one need them.
  for (const [index, name] of (["web", "worker"] as const).entries()) {
    await expect
      .poll(() => productProcess(product.dataFolder, name)?.pid ?? dead[index]?.pid, { timeout: 30_000 })
      .not.toBe(dead[index]?.pid);
  }
  await expect
    .poll(async () => (await fetch(`${product.url}/readyz`).catch(() => null))?.status, { timeout: 60_000 })
    .toBe(200);
});

test("the status page brings itself up to date in place", async ({ page, product }) => {
  await page.clock.install();
  await page.goto(product.statusUrl);
  await page.getByRole("link", { name: "Follow updates in a feed reader" }).focus();
  const again = page.waitForResponse((response) => response.request().resourceType() === "fetch");
  await page.clock.fastForward(31_000);
  expect((await again).ok()).toBe(true);
  await expect(page.getByText(/^As of \d/)).toBeVisible();
});

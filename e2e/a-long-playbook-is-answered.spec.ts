import type { Page } from "@playwright/test";
import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

async function expectNothingWider(page: Page): Promise<void> {
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, "nothing is wider than the screen").toBeLessThanOrEqual(0);
}

for (const [where, options] of [
  ["at a desk", { viewport: { width: 1280, height: 2400 } }],
  ["on a phone", phone],
] as const) {
  test(`a long playbook is answered table by table, and the verdict follows, ${where}`, async ({
    login,
    api,
    ownService,
  }) => {
    const { id, environment, to } = await ownService();
    await api("admin").patch(`/services/${id}`, { playbook: "v2-platform" });
    const page = await login("operator", options);
    const verdict = page.getByRole("region", { name: "What the playbook says" });
    const table = page.getByRole("region", { name: "Immediate rollback required" });

    await test.step("no to what is open, and one yes decides", async () => {
      await page.goto(`/declare?service=${id}&environment=${environment}`);
      await page.getByRole("textbox", { name: "Title" }).fill("The ledger is slow");
      await page.getByRole("textbox", { name: "What share of requests fails?" }).fill("0");
      await expect(verdict).not.toContainText("Roll back now.");
      await table.getByRole("button", { name: /^No to the \d+ that are open$/ }).click();
      await expect(table.getByRole("radio", { name: "No", exact: true, checked: true })).toHaveCount(4);
      await expect(table.getByRole("button", { name: /^No to the/ })).toHaveCount(0);
      await expect(page.getByRole("region", { name: "Rollback consideration" })).toBeVisible();
      await table
        .getByRole("radiogroup", { name: /^Has the replica of the database stopped/ })
        .getByRole("radio", { name: "Yes" })
        .click();
      await expect(verdict).toContainText("Roll back now.");
      await expect(verdict).toContainText("The replica of the database no longer follows the primary.");
      await expectNothingWider(page);
    });

    await test.step("the severity is set by hand, with a reason", async () => {
      await page.getByRole("button", { name: "Decide otherwise…" }).click();
      await verdict.getByRole("radio", { name: /P1/ }).click();
      await expect(verdict).toContainText("Set by hand; the rows come to P0.");
      await page.getByRole("button", { name: "Declare incident" }).click();
      await expect(verdict.getByText("Say why.", { exact: true })).toBeVisible();
      await expectAxeFindsNothing(page, `a severity without a reason, ${where}`);
      await verdict.getByLabel("Why").fill("Only reports read the replica.");
      await expectNothingWider(page);
      await page.getByRole("button", { name: "Declare incident" }).click();
      await expect(page).toHaveURL(/\/declare\/INC-\d+\/target/);
    });

    await test.step("a scope of the playbook says how far", async () => {
      const reach = page.getByLabel("How far");
      await reach.selectOption({ label: "Part of the services" });
      await expect(page.getByText("Only particular services misbehave.")).toBeVisible();
      await expect(page.getByRole("radio", { name: to })).toBeChecked();
      await expectNothingWider(page);
      await expectAxeFindsNothing(page, `a scope of the playbook, ${where}`);
    });
  });
}

import { expectAxeFindsNothing } from "#e2e/fixtures/axe.ts";
import { expect } from "#e2e/fixtures/console.ts";
import { executeOnScreen } from "#e2e/fixtures/live-rollback.ts";
import { testWithService as test } from "#e2e/fixtures/own-service.ts";
import { passChecklistOnScreen } from "#e2e/fixtures/wizard.ts";
import type { RollbackSummary } from "#lib/domain/view.ts";

test("two services go back together: one lane, a wait until somebody says go, the other lane", async ({
  login,
  api,
  ownService,
}) => {
  const [provider, consumer] = [await ownService(), await ownService()];
  await api("admin").patch(`/services/${consumer.id}`, {
    dependsOn: [{ service: provider.id, versions: `>=${provider.from}` }],
  });
  const page = await login("operator", { viewport: { width: 1280, height: 2400 } });
  const main = page.getByRole("main");

  await test.step("the wizard says what would break, and takes that back too", async () => {
    await page.goto(`/declare?service=${provider.id}&environment=${provider.environment}`);
    await page.getByRole("textbox", { name: "Title" }).fill("The ledger refuses entries");
    await page.getByRole("textbox", { name: "What share of requests fails?" }).fill("20");
    await page.getByRole("button", { name: "Declare incident" }).click();
    await expect(page).toHaveURL(/\/declare\/INC-\d+\/target/);
    await expect(
      main.getByText(
        `${consumer.name} needs ${provider.name} >=${provider.from}; ${provider.to} is not that.`,
      ),
    ).toBeVisible();
    await page.getByLabel(`Take ${consumer.name} back too`).selectOption(consumer.to);
    await expect(
      main.getByText(`${consumer.name} goes back too: ${consumer.from} to ${consumer.to}`),
    ).toBeVisible();
    await expect(main.getByText("It waits for a person before each but the first.")).toBeVisible();
    await expectAxeFindsNothing(page, "a service that goes back too");
    await page.getByRole("button", { name: "Make the plan" }).click();
  });

  await test.step("the plan shows both lanes and the wait between them", async () => {
    const plan = page.getByRole("group", { name: "Plan" });
    for (const lane of [/^1 of 2: /, /^2 of 2: /])
      await expect(plan.getByText(lane)).toBeVisible({ timeout: 40_000 });
    await expect(plan.getByText("Waits here until somebody says go:")).toBeVisible();
    await expectAxeFindsNothing(page, "a plan with two lanes");
    await page.getByRole("button", { name: "Go on to the checklist" }).click();
  });

  const number = await passChecklistOnScreen(page);
  await test.step("a second person signs it", async () => {
    const approver = await login("release_manager");
    await approver.goto(`/approvals/${number}`);
    await expect(approver.getByRole("main").getByText(/^2 of 2: /)).toBeVisible();
    await approver.getByRole("button", { name: "Approve" }).click();
    await approver.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await expect(approver.getByRole("main").getByText("Approved by Ruben Release")).toBeVisible();
  });

  const rollbacks = async () =>
    Promise.all([provider, consumer].map(async ({ target }) => (await target.counters()).rollback));
  await test.step("one service moves, and it waits before the other", async () => {
    await executeOnScreen(page);
    const halt = page.getByRole("group", { name: "Why it stands still" });
    await expect(halt).toContainText("The plan asks for it.", { timeout: 60_000 });
    expect((await rollbacks()).toSorted()).toEqual([0, 1]);
    await expectAxeFindsNothing(page, "waiting for somebody to say go");
  });

  await test.step("somebody says go, and both run what they ran together before", async () => {
    await page.getByRole("button", { name: "Go…", exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("The first one answers well.");
    await dialog.getByRole("button", { name: "Go", exact: true }).click();
    await expect(page.getByRole("group", { name: "State" })).toContainText(`runs ${provider.to} again.`, {
      timeout: 60_000,
    });
    await expect(main.getByText(/Olivia Operator said go/)).toBeVisible();
    for (const { target, to } of [provider, consumer]) {
      expect(await target.counters()).toMatchObject({ version: to, rollback: 1 });
    }
    const listed = await api("viewer").get<{ items: RollbackSummary[] }>(`/rollbacks?service=${consumer.id}`);
    expect(listed.items.map((one) => one.number)).toEqual([number]);
  });
});
